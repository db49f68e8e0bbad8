import Foundation
import Synchronization
import Testing
import Threads

@Suite("Threads")
struct SystemThreadTests {
  /// What a thread leaves for whoever joins it.
  private final class Note: Sendable {
    let text = Mutex("")
  }

  @Test(
    "a thread runs under its name, of which the system keeps 15 bytes",
    arguments: [("batch-queue", "batch-queue"), ("a-name-of-20-bytes--", "a-name-of-20-by")])
  func name(given: String, kept: String) {
    let note = Note()
    let thread = SystemThread(name: given) { note.text.withLock { $0 = Self.callersName ?? "" } }
    thread.join()
    #expect(note.text.withLock { $0 } == kept)
  }

  @Test("what a thread ran is let go of before it is joined")
  func body() {
    weak var body: Note?
    do {
      let note = Note()
      body = note
      let thread = SystemThread(name: "holder") { note.text.withLock { $0 = "done" } }
      thread.join()
      #expect(note.text.withLock { $0 } == "done")
    }
    #expect(body == nil)
  }

  /// As the system knows it.
  private static var callersName: String? {
    FileManager.default.contents(atPath: "/proc/thread-self/comm").map { bytes in
      String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
  }
}
