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

  static func write(_ bytes: [UInt8]) {
    FileHandle.standardOutput.write(Data(bytes))
  }

  static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
