import Foundation
import Glibc

/// The terminal, or whatever takes its place.
enum Terminal {
  /// Columns to fit tables into: the terminal's, `COLUMNS`, or no limit where output goes to a file or a pipe.
  static var width: Int? {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
  }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes to standard output, past any buffer.
  static func write(_ bytes: [UInt8]) throws(UnwritableOutput) {
    try write(bytes, to: STDOUT_FILENO)
  }

  static func write(_ text: String) throws(UnwritableOutput) { try write(Array(text.utf8)) }

  /// Writes to standard error. Where that takes nothing, there is nobody left to tell.
  static func note(_ text: String, terminator: String = "\n") {
    try? write(Array((text + terminator).utf8), to: STDERR_FILENO)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(UnwritableOutput) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw UnwritableOutput(reason: String(cString: strerror(errno)))
      }
    }
  }
}
