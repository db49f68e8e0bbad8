// What Swift has no word for: processor features, the hint for spinning loops, the C library's memory, one system call.
#pragma once
#include <stdbool.h>
#if __STDC_HOSTED__
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#endif

// Gives memory that was freed, and that the C library keeps for the next time, back to the system.
static inline void convserve_return_freed_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

// Exchanges what two paths name, in one step; 0 where that was done. Not every file system can.
static inline long convserve_exchange_paths(const char *a, const char *b) {
#if __STDC_HOSTED__ && defined(SYS_renameat2)
  enum { rename_exchange = 2 };
  return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, rename_exchange);
#else
  (void)a;
  (void)b;
  return -1;
#endif
}

// Processors that this process may run on, a bit for each in `mask`; the bytes that were written, below zero on failure.
static inline long convserve_allowed_processors(unsigned long *mask, unsigned long bytes) {
#if __STDC_HOSTED__ && defined(SYS_sched_getaffinity)
  return syscall(SYS_sched_getaffinity, getpid(), bytes, mask);
#else
  (void)mask;
  (void)bytes;
  return -1;
#endif
}

// Keeps the calling thread on the processors of `mask`; 0 where that was done.
static inline long convserve_bind_thread(const unsigned long *mask, unsigned long bytes) {
#if __STDC_HOSTED__ && defined(SYS_sched_setaffinity)
  return syscall(SYS_sched_setaffinity, 0, bytes, mask);
#else
  (void)mask;
  (void)bytes;
  return -1;
#endif
}

// Swift's own takes the square root of one lane after the other, and its comparisons are at times taken apart lane by
// lane. Each of these is inlined into code of its instruction set, so no vector is ever passed in a call.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"
typedef float convserve_float4 __attribute__((ext_vector_type(4)));
typedef float convserve_float8 __attribute__((ext_vector_type(8)));
typedef float convserve_float16 __attribute__((ext_vector_type(16)));
// Of a value that is no number and a number, `a` is what remains.
#define CONVSERVE_VECTOR_FUNCTIONS(N)                                                                              \
  static inline __attribute__((always_inline)) convserve_float##N convserve_square_root##N(convserve_float##N v) { \
    return __builtin_elementwise_sqrt(v);                                                                          \
  }                                                                                                                \
  static inline __attribute__((always_inline)) convserve_float##N convserve_maximum##N(convserve_float##N a,       \
                                                                                       convserve_float##N b) {     \
    return a < b ? b : a;                                                                                          \
  }                                                                                                                \
  static inline __attribute__((always_inline)) convserve_float##N convserve_minimum##N(convserve_float##N a,       \
                                                                                       convserve_float##N b) {     \
    return a > b ? b : a;                                                                                          \
  }
CONVSERVE_VECTOR_FUNCTIONS(4)
CONVSERVE_VECTOR_FUNCTIONS(8)
CONVSERVE_VECTOR_FUNCTIONS(16)
#pragma clang diagnostic pop

// Ask for a cache line before it is needed; any address will do.
static inline __attribute__((always_inline)) void convserve_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

// The same into the second-level cache, for what is needed later.
static inline __attribute__((always_inline)) void convserve_prefetch_for_later(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

#if defined(__x86_64__)
static inline void convserve_pause(void) { __builtin_ia32_pause(); }

static inline bool convserve_supports_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// The features of the x86-64-v4 level beyond AVX2, which the AVX-512 kernels are compiled for.
static inline bool convserve_supports_avx512(void) {
  __builtin_cpu_init();
  return convserve_supports_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#else
static inline void convserve_pause(void) {
#if defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
static inline bool convserve_supports_avx2(void) { return false; }
static inline bool convserve_supports_avx512(void) { return false; }
#endif
