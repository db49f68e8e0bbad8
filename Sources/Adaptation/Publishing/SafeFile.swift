import DurableFiles
import Foundation
import ModelServing

/// Files that are there whole or not at all, whenever the program or the machine stops.
enum SafeFile {
  /// - Throws: `UnwritableFile`; what was there before then still is.
  static func write(_ data: Data, to file: URL) throws(UnwritableFile) {
    let outcome: Result<Void, FileFailure> = data.withUnsafeBytes { bytes in
      Result { () throws(FileFailure) in try DurableFile.write(bytes, to: file.path) }
    }
    if case .failure(let failure) = outcome { throw UnwritableFile(path: file.path, reason: failure.reason) }
  }
}
