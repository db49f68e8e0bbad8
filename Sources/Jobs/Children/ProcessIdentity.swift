import Foundation

/// A process that no later one is mistaken for: ids come again, with another start time or after another boot of the machine.
package struct ProcessIdentity: Hashable, Sendable {
  var id: Int32
  /// Ticks from the machine's start to the process's, as the kernel writes them.
  var start: String
  var boot: String

  package init(id: Int32, start: String, boot: String) {
    self.id = id
    self.start = start
    self.boot = boot
  }

  /// The process that has this id now; nil where none has.
  init?(of id: Int32) {
    guard let (start, _) = Self.look(at: id) else { return nil }
    self.init(id: id, start: start, boot: Self.currentBoot)
  }

  /// Whether the process still runs: one that has ended and waits for its parent does not.
  var isAlive: Bool {
    guard boot == Self.currentBoot, let (start, state) = Self.look(at: id) else { return false }
    return start == self.start && state != "Z" && state != "X"
  }

  /// Kills the process and its group, and waits until it is gone; false where it is still there after the time.
  func kill(within duration: Duration) -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + duration
    while isAlive {
      // Children lead groups of their own; the group's number is free only after its last member.
      Glibc.kill(-id, SIGKILL)
      Glibc.kill(id, SIGKILL)
      guard clock.now < end else { return false }
      usleep(5_000)
    }
    return true
  }

  static let currentBoot: String = {
    let text = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "unknown"
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }()

  /// Start time and state, fields 22 and 3 of `/proc/ID/stat` (proc_pid_stat(5)). The name before them may hold anything, also
  /// parentheses: the last one ends it.
  private static func look(at id: Int32) -> (start: String, state: String)? {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? (String(fields[19]), String(fields[0])) : nil
  }
}
