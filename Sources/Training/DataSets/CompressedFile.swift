import CZlib
import Foundation
import ModelServing

/// The content of a file that is plain or packed by gzip (RFC 1952), from its beginning to its end.
final class CompressedFile {
  private let file: URL
  private let stream: gzFile
  /// Bytes of the file as it is stored.
  let storedBytes: Int
  /// Bytes of content that were read.
  private(set) var offset = 0

  /// - Throws: `UnreadableFile`.
  init(_ file: URL) throws(UnreadableFile) {
    self.file = file
    storedBytes = try EncodedImageFile.size(file)
    guard let stream = gzopen(file.path, "rb") else {
      throw UnreadableFile(path: file.path, reason: String(cString: strerror(errno)))
    }
    self.stream = stream
  }

  deinit {
    gzclose_r(stream)
  }

  /// The most that the content can be: deflate packs at most 1,032 bytes into one.
  var mostBytes: Int { storedBytes.multipliedReportingOverflow(by: 1032).partialValue }

  /// Reads up to `count` bytes; fewer only at the end of the content.
  ///
  /// - Throws: `DataSetError.malformed` where the packed data are damaged.
  func read(_ count: Int, into target: UnsafeMutablePointer<UInt8>) throws(DataSetError) -> Int {
    var done = 0
    while done < count {
      let read = gzread(stream, target + done, UInt32(min(count - done, 1 << 30)))
      guard read >= 0 else { throw damaged() }
      if read == 0 { break }
      done += Int(read)
      offset += Int(read)
    }
    return done
  }

  /// Reads exactly `count` bytes.
  ///
  /// - Parameter length: of the whole content, as the header has it.
  /// - Throws: `DataSetError`.
  func readAll(_ count: Int, into target: UnsafeMutablePointer<UInt8>, length: Int) throws(DataSetError) {
    guard try read(count, into: target) == count else {
      throw .wrongLength(path: file.path, expected: length, found: offset)
    }
  }

  /// Refuses bytes behind the content.
  func requireEnd(length: Int) throws(DataSetError) {
    var byte: UInt8 = 0
    guard try read(1, into: &byte) == 0 else {
      throw .wrongLength(path: file.path, expected: length, found: offset)
    }
  }

  private func damaged() -> DataSetError {
    var code: Int32 = 0
    let message = gzerror(stream, &code).map { String(cString: $0) } ?? ""
    return .malformed(
      path: file.path, position: .byte(offset),
      problem: "the packed data are damaged (\(message.isEmpty ? "zlib \(code)" : message))")
  }
}
