#ifndef DROPCAP_NATIVE_GLIBC_2_28_H_
#define DROPCAP_NATIVE_GLIBC_2_28_H_

// The compiler reads this header before each file of the addon, so that the addon works with glibc 2.28 and
// libstdc++ 8, whatever it was built with. Each line asks for the oldest version of a function, which newer
// libraries have too. test/unit/binding/glibcVersions.test.ts names a function for which a line is missing.

#include <features.h>

#ifdef __GLIBC__
#include <cstddef>

// These moved from libpthread and libdl to libc in glibc 2.32 and 2.34, and got new versions there.
#if defined(__x86_64__)
asm(".symver dlopen, dlopen@GLIBC_2.2.5");
asm(".symver dlsym, dlsym@GLIBC_2.2.5");
asm(".symver dlclose, dlclose@GLIBC_2.2.5");
asm(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.2.5");
asm(".symver pthread_setname_np, pthread_setname_np@GLIBC_2.12");
#elif defined(__aarch64__)
asm(".symver dlopen, dlopen@GLIBC_2.17");
asm(".symver dlsym, dlsym@GLIBC_2.17");
asm(".symver dlclose, dlclose@GLIBC_2.17");
asm(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.17");
asm(".symver pthread_setname_np, pthread_setname_np@GLIBC_2.17");
#endif

#if defined(__GLIBCXX__) && (defined(__x86_64__) || defined(__aarch64__))
// std::condition_variable::wait(std::unique_lock<std::mutex>&). GCC 12 gave it a new version.
asm(".symver _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE, "
    "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");
// std::__throw_bad_array_new_length(), which GCC 11 calls for containers that are too long: throw
// std::bad_alloc, its base class, as older compilers do.
asm(".symver _ZSt28__throw_bad_array_new_lengthv, _ZSt17__throw_bad_allocv@GLIBCXX_3.4");
#endif
#endif

#endif  // DROPCAP_NATIVE_GLIBC_2_28_H_
