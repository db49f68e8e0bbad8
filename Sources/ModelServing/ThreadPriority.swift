import Glibc

/// The system's priority of threads.
enum ThreadPriority {
  /// Lets threads that compute classifications go before the calling thread, for good.
  static func lower() {
    // On Linux process 0 is the calling thread.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
  }

  /// Still a tenth of a core against threads of usual priority.
  private static let niceness: Int32 = 10
}
