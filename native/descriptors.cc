#include "descriptors.h"

#include <sys/stat.h>

namespace dropcap {

std::optional<Descriptors::Identity> Descriptors::IdentityOf(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return std::nullopt;
  return Identity(status.st_dev, status.st_ino);
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
