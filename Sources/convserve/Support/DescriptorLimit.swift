import Glibc
import Logging

/// The descriptors that the process may have open.
enum DescriptorLimit {
  /// For everything but connections: models, logs, libraries, and Dispatch, which ends the process where it gets none.
  private static let reserve = 256

  /// Raises the limit as far as the system allows, and says how many connections it leaves room for.
  static func raise(for wanted: Int, _ logger: Logger) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let room = max(1, Int(clamping: limit.rlim_cur) - reserve)
    guard room < wanted else { return wanted }
    logger.warning(
      "\(room) connections instead of --max-connections \(wanted): the process may have \(limit.rlim_cur) descriptors open (ulimit -n)"
    )
    return room
  }
}
