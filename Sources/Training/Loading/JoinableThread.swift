import Glibc

/// A thread that can be waited for.
///
/// `@unchecked Sendable`: the handle is written once, in `init`.
final class JoinableThread: @unchecked Sendable {
  private var handle = pthread_t()

  init(_ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(ThreadBody(body))
    let status = pthread_create(
      &handle, nil,
      { argument in
        Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    precondition(status == 0, "pthread_create failed: \(String(cString: strerror(status)))")
  }

  /// Returns when the thread has ended. Call once.
  func join() {
    pthread_join(handle, nil)
  }
}

private final class ThreadBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
