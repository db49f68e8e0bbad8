import Glibc

extension JobError {
  /// A call of the system that failed, by its error number.
  static func system(_ what: String, _ number: Int32 = errno) -> JobError {
    switch number {
    case ENOSPC: .storage(reason: "the disk is full: cannot \(what)")
    case EDQUOT: .storage(reason: "the disk's quota is used up: cannot \(what)")
    case EROFS: .storage(reason: "the disk can only be read: cannot \(what)")
    default: .storage(reason: "cannot \(what): \(String(cString: strerror(number)))")
    }
  }
}
