#include "descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace dropcap {

std::optional<Descriptors::Identity> Descriptors::IdentityOf(int fd) {
  // Not fstat: since glibc 2.33 it is a symbol that older glibc lack (glibc_2_28.h).
  struct statx status {};
  if (statx(fd, "", AT_EMPTY_PATH, STATX_INO, &status) != 0) return std::nullopt;
  return Identity(makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino);
}

int Descriptors::Add(UniqueFd fd) {
  given_[fd.get()] = IdentityOf(fd.get());
  return fd.Release();
}

bool Descriptors::Has(int fd) const {
  const auto entry = given_.find(fd);
  return entry != given_.end() && entry->second && entry->second == IdentityOf(fd);
}

void Descriptors::Close(int fd) {
  if (Has(fd)) UniqueFd(fd).Reset();
  Forget(fd);
}

}  // namespace dropcap
