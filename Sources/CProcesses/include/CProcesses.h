// System calls about other processes and whole file systems that Swift's Glibc module leaves out. Each gives 0, or -1 and errno.
#pragma once
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Lets a process run only when nobody else wants its processor or disk. Threads and processes that it makes inherit that.
static inline int convserve_make_idle(pid_t process) {
  // Numbers of the kernel: sched.h shows SCHED_IDLE to GNU programs alone, and no header of glibc has the other two.
  enum { sched_idle = 5, ioprio_who_process = 1, ioprio_idle_lowest = 3 << 13 | 7 };
  struct sched_param parameters = {0};
  if (syscall(SYS_sched_setscheduler, process, sched_idle, &parameters) != 0) return -1;
  return syscall(SYS_ioprio_set, ioprio_who_process, process, ioprio_idle_lowest) == 0 ? 0 : -1;
}

// Limits the bytes that a process may have for itself, written or not: heap and private mappings that it may write to. Files
// that are mapped to be read, as weights are, do not count.
static inline int convserve_limit_memory(pid_t process, unsigned long bytes) {
  struct { unsigned long long current, maximum; } limit = {bytes, bytes};
  return syscall(SYS_prlimit64, process, RLIMIT_DATA, &limit, NULL) == 0 ? 0 : -1;
}

// Waits until all that was written to the file system of an open file is on its disk.
static inline int convserve_sync_file_system(int descriptor) {
  return syscall(SYS_syncfs, descriptor) == 0 ? 0 : -1;
}

// Has this process killed when the thread that started it ends (PR_SET_PDEATHSIG, prctl(2)).
static inline int convserve_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
