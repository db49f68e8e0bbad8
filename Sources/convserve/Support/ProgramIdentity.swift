import Foundation
import ModelServing

/// Which program computes, for checkpoints and provenance.
enum ProgramIdentity {
  /// The version, and the beginning of the program's own SHA-256: another build may round otherwise.
  static var text: String {
    get throws {
      let digest = try SHA256.hexDigest(of: URL(fileURLWithPath: "/proc/self/exe"))
      return "convserve \(Version.current) (\(digest.prefix(16)))"
    }
  }
}
