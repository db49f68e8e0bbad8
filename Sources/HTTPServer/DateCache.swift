import Glibc
import HTTPCore
import Synchronization

/// The text of the current second for Date, formatted once a second.
final class DateCache: Sendable {
  private let entry = Mutex<(second: Int, text: String)>((-1, ""))

  func text() -> String {
    let now = max(0, time(nil))
    return entry.withLock { entry in
      if entry.second != now { entry = (now, HTTPDate.format(secondsSince1970: now)) }
      return entry.text
    }
  }
}
