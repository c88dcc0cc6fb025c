#include "libpcap.h"

#include <dlfcn.h>

namespace dropcap {
namespace {

// Debian's and Ubuntu's name, then that of others.
constexpr const char* kNames[] = {"libpcap.so.0.8", "libpcap.so.1"};

template <typename Function>
bool Find(void* library, const char* name, Function** function) {
  *function = reinterpret_cast<Function*>(dlsym(library, name));
  return *function != nullptr;
}

bool Fill(void* library, Libpcap* pcap) {
  return Find(library, "pcap_open_dead", &pcap->open_dead) && Find(library, "pcap_compile", &pcap->compile) &&
         Find(library, "pcap_geterr", &pcap->last_error) &&
         Find(library, "pcap_freecode", &pcap->free_code) && Find(library, "pcap_close", &pcap->close) &&
         Find(library, "pcap_offline_filter", &pcap->offline_filter) &&
         Find(library, "pcap_lib_version", &pcap->version);
}

const Libpcap* Load() {
  static Libpcap pcap;
  for (const char* const name : kNames) {
    void* const library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) continue;
    if (Fill(library, &pcap)) return &pcap;
    dlclose(library);
  }
  return nullptr;
}

}  // namespace

const Libpcap* LoadLibpcap() {
  static const Libpcap* const pcap = Load();
  return pcap;
}

}  // namespace dropcap
