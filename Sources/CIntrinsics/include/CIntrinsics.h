// What Swift has no word for: processor features, the hint for spinning loops, the C library's memory, some system calls.
#pragma once
#include <stdbool.h>
#if __STDC_HOSTED__
#include <fcntl.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif
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

// Names the calling thread for `top -H` and debuggers; the system keeps 15 bytes.
static inline void convserve_name_thread(const char *name) {
#if __STDC_HOSTED__ && defined(__linux__)
  prctl(PR_SET_NAME, name, 0, 0, 0);
#else
  (void)name;
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

// The same of the calling thread.
static inline long convserve_callers_processors(unsigned long *mask, unsigned long bytes) {
#if __STDC_HOSTED__ && defined(SYS_sched_getaffinity)
  return syscall(SYS_sched_getaffinity, 0, bytes, mask);
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

// The C library's own, for kernels that have no module of it.
static inline float convserve_power(float x, float exponent) { return __builtin_powf(x, exponent); }

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

struct convserve_processor_features {
  unsigned a, b, c, d;
};
static inline struct convserve_processor_features convserve_processor_features(unsigned leaf, unsigned part) {
  struct convserve_processor_features is;
  __asm__("cpuid" : "=a"(is.a), "=b"(is.b), "=c"(is.c), "=d"(is.d) : "a"(leaf), "c"(part));
  return is;
}

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

// Whether there are tiles and their bfloat16 products, and conversions between f32 and bfloat16. The system allows a
// process tiles only when it asks, since they make every thread's saved state larger; it can refuse.
static inline bool convserve_supports_amx(void) {
#if __STDC_HOSTED__ && defined(SYS_arch_prctl)
  enum { request_state_permission = 0x1023, tile_data = 18 };
  if (!convserve_supports_avx512()) return false;
  const struct convserve_processor_features features = convserve_processor_features(7, 0);
  const bool has_tiles = features.d >> 22 & 1 && features.d >> 24 & 1;
  // The answer to leaf 0 of 7 is which is the last.
  if (!has_tiles || features.a < 1 || !(convserve_processor_features(7, 1).a >> 5 & 1)) return false;
  return syscall(SYS_arch_prctl, request_state_permission, tile_data) == 0;
#else
  return false;
#endif
}

// The tiles of AMX, 16 rows of 64 bytes each. 0 to 3 hold sums, 4 and 5 values, 6 and 7 weights: sums 0 and 1 are those
// of values 4, sums 2 and 3 those of values 5.
#define CONVSERVE_TILE static inline __attribute__((always_inline, target("amx-tile,amx-bf16"))) void
struct convserve_tile_configuration {
  unsigned char palette, start_row, reserved[14];
  unsigned short row_bytes[16];
  unsigned char rows[16];
};
CONVSERVE_TILE convserve_tiles_begin(void) {
  static const struct convserve_tile_configuration whole = {
      .palette = 1,
      .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
      .rows = {16, 16, 16, 16, 16, 16, 16, 16},
  };
  __builtin_ia32_tile_loadconfig(&whole);
}
CONVSERVE_TILE convserve_tiles_end(void) { __builtin_ia32_tilerelease(); }
#define CONVSERVE_SUMS(N, VALUES, WEIGHTS)                                                           \
  CONVSERVE_TILE convserve_clear_sums##N(void) { __builtin_ia32_tilezero(N); }                       \
  CONVSERVE_TILE convserve_store_sums##N(void *target) { __builtin_ia32_tilestored64(N, target, 64); } \
  CONVSERVE_TILE convserve_add_products##N(void) { __builtin_ia32_tdpbf16ps(N, VALUES, WEIGHTS); }
CONVSERVE_SUMS(0, 4, 6)
CONVSERVE_SUMS(1, 4, 7)
CONVSERVE_SUMS(2, 5, 6)
CONVSERVE_SUMS(3, 5, 7)
#define CONVSERVE_FACTORS(N) \
  CONVSERVE_TILE convserve_load_factors##N(const void *source) { __builtin_ia32_tileloadd64(N, source, 64); }
CONVSERVE_FACTORS(4)
CONVSERVE_FACTORS(5)
CONVSERVE_FACTORS(6)
CONVSERVE_FACTORS(7)

// Two vectors as 32 bfloat16, each rounded to the nearest.
static inline __attribute__((always_inline, target("avx512f,avx512bf16"))) void convserve_store_bfloat16(
    void *target, convserve_float16 first, convserve_float16 second) {
  typedef __bf16 bfloat32 __attribute__((vector_size(64)));
  *(bfloat32 *)target = __builtin_ia32_cvtne2ps2bf16_512(second, first);
}
#else
static inline bool convserve_supports_amx(void) { return false; }
static inline void convserve_pause(void) {
#if defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
static inline bool convserve_supports_avx2(void) { return false; }
static inline bool convserve_supports_avx512(void) { return false; }
#endif
