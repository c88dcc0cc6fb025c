#ifndef DROPCAP_NATIVE_DESCRIPTORS_H_
#define DROPCAP_NATIVE_DESCRIPTORS_H_

#include <sys/types.h>

#include <optional>
#include <unordered_map>
#include <utility>

#include "posix.h"

namespace dropcap {

// The descriptors that JavaScript was given as numbers. A number outlives its descriptor, and may then be
// somebody else's: each is kept with the socket that it stood for, and is worth nothing once it stands for
// another.
class Descriptors {
 public:
  // Gives the descriptor away as a number.
  int Add(UniqueFd fd);

  // Whether `fd` was given away, and still stands for the same.
  bool Has(int fd) const;

  // Whoever owns it now, it is not JavaScript.
  void Forget(int fd) { given_.erase(fd); }

  // Closes a descriptor that Has() knows, and no other.
  void Close(int fd);

 private:
  // Device and inode: a socket that is made anew has another one.
  using Identity = std::pair<dev_t, ino_t>;
  static std::optional<Identity> IdentityOf(int fd);

  std::unordered_map<int, std::optional<Identity>> given_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_DESCRIPTORS_H_
