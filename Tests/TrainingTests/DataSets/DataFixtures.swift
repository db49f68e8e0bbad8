import Foundation
import ImageInput
import ModelServing
import TestSupport

@testable import Training

/// Small data sets, in memory and as files.
enum DataFixtures {
  /// Bytes that depend on their place alone, and differ from image to image.
  static func samples(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
  }

  static func classes(_ count: Int) -> [ClassLabel] { (0..<count).map { ClassLabel(name: "class \($0)") } }

  /// Labels go round the classes.
  static func stored(_ count: Int, _ format: RasterFormat, classCount: Int = 3) -> StoredDataSet {
    stored(samples(count * format.count), format, labels: (0..<count).map { Int32($0 % classCount) })
  }

  static func stored(_ samples: [UInt8], _ format: RasterFormat, labels: [Int32]) -> StoredDataSet {
    let memory = ByteMemory(samples.count)
    memory.pointer.update(from: samples, count: samples.count)
    return StoredDataSet(
      name: "fixture", classes: classes(Int(labels.max() ?? 0) + 1),
      images: StoredImages(format: format, memory: memory), labels: labels, files: [("fixture", labels.count)])
  }

  /// An IDX file: the header, then the bytes.
  static func idx(_ dimensions: [Int], _ bytes: [UInt8], type: UInt8 = 8) -> [UInt8] {
    [0, 0, type, UInt8(dimensions.count)] + dimensions.flatMap(bigEndian) + bytes
  }

  static func bigEndian(_ number: Int) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// As gzip packs what it cannot make smaller: RFC 1952, section 2.3, around one block of RFC 1951, section 3.2.4.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    let trailer = [crc32(bytes), UInt32(bytes.count)]
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + littleEndian(length) + littleEndian(~length) + bytes
      + trailer.flatMap(littleEndian)
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }
}

extension TemporaryFolder {
  func write(_ bytes: [UInt8], to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// One of the pictures of Tests/Goldens/images.
  func copyImage(_ name: String, to path: String) throws {
    try copy(Checkout.images.appendingPathComponent(name), to: path)
  }

  func open(_ path: String = "", labels: String? = nil) throws -> DataSource {
    let location = path.isEmpty ? url : url.appendingPathComponent(path)
    return try DataSource.open(location, labelsFile: labels.map(url.appendingPathComponent))
  }

  /// The message of the error that opening gives, without this folder's path.
  func refusal(_ path: String = "", labels: String? = nil) throws -> String? {
    do {
      _ = try open(path, labels: labels)
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: url.path, with: "DIR")
    }
  }
}
