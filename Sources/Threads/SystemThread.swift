import CIntrinsics
import Glibc
import Synchronization

/// A thread of the system: the one place of this package that makes any.
///
/// A thread that nobody joins goes on by itself, and gives its memory back when it ends.
package final class SystemThread: Sendable {
  /// What there is to join; nil once somebody has.
  private let handle: Mutex<pthread_t?>

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - name: what `top -H` and debuggers show, of which the system keeps 15 bytes.
  ///   - stackBytes: the system's usual size, 8 MiB as a rule, where nil. Only pages that are touched cost memory.
  ///   - body: let go of when it has returned, and before the thread can be joined.
  @discardableResult
  package init(name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(ThreadStart(name: name, body))
    var attributes = pthread_attr_t()
    Self.check(pthread_attr_init(&attributes), "pthread_attr_init")
    if let stackBytes { Self.check(pthread_attr_setstacksize(&attributes, stackBytes), "pthread_attr_setstacksize") }
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<ThreadStart>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    Self.check(status, "pthread_create")
    pthread_attr_destroy(&attributes)
    handle = Mutex(thread)
  }

  deinit {
    if let thread = handle.withLock({ $0.take() }) { pthread_detach(thread) }
  }

  /// Returns when the thread has ended. Call once.
  package func join() {
    guard let thread = handle.withLock({ $0.take() }) else { preconditionFailure("a thread is joined once") }
    pthread_join(thread, nil)
  }

  private static func check(_ status: Int32, _ call: StaticString) {
    precondition(status == 0, "\(call) failed: \(String(cString: strerror(status)))")
  }
}

/// What a thread is given on its way.
private final class ThreadStart: Sendable {
  private let name: String
  private let body: @Sendable () -> Void

  init(name: String, _ body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  func run() {
    // A thread allocates nothing of its own: handed over as it is, the name would be copied into an array.
    name.withCString(convserve_name_thread)
    body()
  }
}
