import Foundation
import Glibc
import ModelServing

/// Maps at the frozen boundary, kept in a file: more of them than memory has room for, computed once.
///
/// 64 bytes that say what they are maps of, then one record after the other: `count` floats in the order of memory, and a
/// checksum of 8 bytes. Records are only ever appended. Whatever a program that was ended, or a machine that lost its power,
/// left half written does not have its checksum, and is computed again.
final class MapFile {
  let path: String
  /// What the maps are of.
  let identity: String
  /// Floats of a map.
  let mapCount: Int
  /// Maps that are there.
  private(set) var count = 0
  private let descriptor: Int32
  private var record: [UInt8]

  private static let headerBytes = 64
  private static let checksumBytes = 8

  private var mapBytes: Int { mapCount * MemoryLayout<Float>.size }
  private var recordBytes: Int { mapBytes + Self.checksumBytes }

  /// Opens the file, or begins a new one where there is none or one of other maps.
  ///
  /// - Parameters:
  ///   - identity: 64 letters that change with all that decides about the maps.
  ///   - group: maps are appended in groups of so many; what is left of a broken group is left out.
  /// - Throws: `UnwritableFile`.
  init(_ file: URL, identity: String, mapCount: Int, group: Int) throws {
    precondition(identity.utf8.count == Self.headerBytes, "an identity of another length")
    path = file.path
    self.identity = identity
    self.mapCount = mapCount
    descriptor = Glibc.open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    record = [UInt8](repeating: 0, count: mapCount * MemoryLayout<Float>.size + Self.checksumBytes)
    guard descriptor >= 0 else { throw failure() }
    if hasHeader(identity) {
      count = soundRecords() / group * group
      try cut(to: offset(count))
    } else {
      try cut(to: 0)
      try write(Array(identity.utf8), at: 0)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Adds maps behind those that are there.
  ///
  /// - Throws: `UnwritableFile`, for example where the disk is full.
  func append(_ maps: [[Float]]) throws(UnwritableFile) {
    for map in maps {
      precondition(map.count == mapCount, "a map of another shape")
      map.withUnsafeBytes { record.replaceSubrange(0..<mapBytes, with: $0) }
      let sum = Self.checksum(record, count: mapBytes)
      for index in 0..<Self.checksumBytes { record[mapBytes + index] = UInt8(truncatingIfNeeded: sum >> (8 * index)) }
      try write(record, at: offset(count))
      count += 1
    }
  }

  /// Reads a map.
  ///
  /// - Throws: `UnreadableFile`, where somebody changed the file meanwhile too.
  func read(_ index: Int, into target: UnsafeMutablePointer<Float>) throws(UnreadableFile) {
    precondition((0..<count).contains(index), "map \(index) of \(count)")
    guard readRecord(index) else {
      throw UnreadableFile(path: path, reason: "map \(index) is not as it was written")
    }
    record.withUnsafeBytes { UnsafeMutableRawPointer(target).copyMemory(from: $0.baseAddress!, byteCount: mapBytes) }
  }

  private func offset(_ index: Int) -> Int { Self.headerBytes + index * recordBytes }

  private func hasHeader(_ identity: String) -> Bool {
    var header = [UInt8](repeating: 0, count: Self.headerBytes)
    return readAll(&header, at: 0) && header.elementsEqual(identity.utf8)
  }

  /// Records from the first one on that have their checksums.
  private func soundRecords() -> Int {
    var sound = 0
    while readRecord(sound) { sound += 1 }
    return sound
  }

  /// Whether the record is whole; it is in `record` then.
  private func readRecord(_ index: Int) -> Bool {
    guard readAll(&record, at: offset(index)) else { return false }
    let sum = Self.checksum(record, count: mapBytes)
    return (0..<Self.checksumBytes).allSatisfy { record[mapBytes + $0] == UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }

  private func readAll(_ bytes: inout [UInt8], at offset: Int) -> Bool {
    bytes.withUnsafeMutableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = pread(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(UnwritableFile) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + done, $0.count - done, off_t(offset + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      done += count
    }
  }

  private func cut(to bytes: Int) throws(UnwritableFile) {
    guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw failure() }
  }

  private func failure() -> UnwritableFile { UnwritableFile(path: path, reason: String(cString: strerror(errno))) }

  /// FNV-1a (Fowler, Noll, Vo) over words of four bytes. That of zeros is not zero.
  private static func checksum(_ bytes: [UInt8], count: Int) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      let words = UnsafeRawBufferPointer(rebasing: bytes[..<count]).bindMemory(to: UInt32.self)
      return words.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
  }
}
