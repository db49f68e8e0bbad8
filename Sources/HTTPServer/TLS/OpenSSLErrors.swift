import COpenSSL
import Glibc

/// OpenSSL's queue of errors, of which each thread has one. Connections share threads, so it is emptied before a call
/// whose errors matter.
enum OpenSSLErrors {
  static func clear() { ERR_clear_error() }

  /// The code of the first error since the last `clear`; 0 when there is none.
  static var first: UInt { ERR_peek_error() }

  static func isFirst(library: Int32, reason: Int32) -> Bool {
    ERR_GET_LIB(first) == library && ERR_GET_REASON(first) == reason
  }

  /// The first error in words: the deepest cause.
  static var reason: String {
    let code = first
    guard code != 0 else { return "unknown reason" }
    // Errors of system calls have their text from the system.
    if ERR_GET_LIB(code) == ERR_LIB_SYS { return SystemCallError(name: "open", errno: ERR_GET_REASON(code)).text }
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(String(code, radix: 16))"
  }
}
