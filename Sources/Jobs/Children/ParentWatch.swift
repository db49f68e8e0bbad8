import CProcesses
import Glibc
import Threads

/// Ends a child with its server.
///
/// `PR_SET_PDEATHSIG` would do it only for as long as the *thread* lives that started the child, which belongs to a library here.
/// A pipe has no such trap: the server holds the one end that writes, no other process inherits it, and the kernel closes it
/// when the server is gone, however that happened. A child that does not watch it, because it was stopped for example, is killed
/// when the server starts again.
public enum ParentWatch {
  /// To be called first thing by the program: where a server has started it as a child, a thread waits for that server's end,
  /// and then ends the program at once. Its checkpoints are made for that.
  public static func start() {
    guard getenv(ChildCommand.parentVariable) != nil else { return }
    SystemThread(name: "parent-watch", stackBytes: 1 << 20, watch)
  }

  /// Has the kernel kill this process when the thread that started it ends: for parents that have no pipe to spare.
  public static func endWithParent() { _ = convserve_end_with_parent() }

  private static func watch() {
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { _exit(75) }
    }
  }
}
