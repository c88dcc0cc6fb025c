#ifndef DROPCAP_NATIVE_DESCRIPTORS_H_
#define DROPCAP_NATIVE_DESCRIPTORS_H_

#include <sys/types.h>

#include <optional>
#include <unordered_map>
#include <utility>

#include "posix.h"

namespace dropcap {

// The descriptors that JavaScript has as numbers. After a descriptor was closed, its number may belong to
// another file. So each number is kept with the identity of its socket, and is invalid when the identity
// differs: otherwise JavaScript could close a file that is not its own.
class Descriptors {
 public:
  // Gives the descriptor to JavaScript, as a number.
  int Add(UniqueFd fd);

  // Whether `fd` was given to JavaScript, and is still the same socket.
  bool Has(int fd) const;

  // JavaScript does not own `fd` any more. Does not close it.
  void Forget(int fd) { given_.erase(fd); }

  // Closes `fd` if Has(fd), and forgets it.
  void Close(int fd);

 private:
  // Device and inode. Each new socket has another inode.
  using Identity = std::pair<dev_t, ino_t>;
  static std::optional<Identity> IdentityOf(int fd);

  std::unordered_map<int, std::optional<Identity>> given_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_DESCRIPTORS_H_
