import Foundation
import ImageInput
import Testing

/// The reference data of Tests/Goldens/images; its generate.py tells how they were made, and makes them again.
enum Goldens {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Goldens/images")
  static let remedy: Comment = "If the reference itself should change: Tests/Goldens/images/generate.py SAMPLES"

  static func bytes(_ name: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) else {
      fatalError("no golden \(name); run Tests/Goldens/images/generate.py")
    }
    return [UInt8](data)
  }

  static func json<Value: Decodable>(_ name: String) -> [Value] {
    do {
      return try JSONDecoder().decode([Value].self, from: Data(bytes(name)))
    } catch {
      fatalError("golden \(name): \(error)")
    }
  }

  static func image(_ name: String) throws -> PixelImage {
    try ImageDecoder.decode(bytes(name))
  }

  /// Reads a binary PPM as generate.py writes it: three header lines, then pixels.
  static func portablePixmap(_ name: String) throws -> PixelImage {
    let all = bytes("expected/" + name)
    let lines = all.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
    let sides = String(decoding: lines[1], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
    return PixelImage(width: sides[0], height: sides[1], pixels: [UInt8](lines[3]))
  }
}

/// CRC-32 as in zlib, bit by bit.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
}

/// The largest difference between two pictures' samples; nil if their sizes differ.
func largestDifference(_ first: PixelImage, _ second: PixelImage) -> Int? {
  guard first.size == second.size else { return nil }
  return zip(first.pixels, second.pixels).map { abs(Int($0) - Int($1)) }.max()
}
