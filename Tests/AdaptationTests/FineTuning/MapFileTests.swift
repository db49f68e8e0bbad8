import Foundation
import ModelServing
import TestSupport
import Testing

@testable import Adaptation

@Suite struct MapFileTests {
  private static let identity = String(repeating: "a", count: 64)
  private static let recordBytes = 3 * 4 + 8

  private let folder: TemporaryFolder
  private var url: URL { folder.url.appendingPathComponent("maps.bin") }

  init() throws { folder = try TemporaryFolder() }

  private func open(identity: String = identity, group: Int = 2) throws -> MapFile {
    try MapFile(url, identity: identity, mapCount: 3, group: group)
  }

  private func map(_ index: Int) -> [Float] { [Float(index), 0, -0.5] }

  private func read(_ file: MapFile, _ index: Int) throws -> [Float] {
    var values = [Float](repeating: .nan, count: 3)
    try values.withUnsafeMutableBufferPointer { try file.read(index, into: $0.baseAddress!) }
    return values
  }

  /// Six maps.
  private func fill() throws {
    let file = try open()
    for index in stride(from: 0, to: 6, by: 2) { try file.append([map(index), map(index + 1)]) }
  }

  private func change(_ body: (FileHandle) throws -> Void) throws {
    let handle = try FileHandle(forUpdating: url)
    try body(handle)
    try handle.close()
  }

  @Test("maps come back as they were written, in any order, to whoever opens the file again")
  func roundTrip() throws {
    try fill()
    let file = try open()
    #expect(file.count == 6)
    for index in [5, 0, 3] { #expect(try read(file, index) == map(index)) }
  }

  @Test("what a killed program left half written is left out, with the rest of its group", arguments: [1, 19, 20, 25])
  func cutShort(bytes: Int) throws {
    try fill()
    try change { try $0.truncate(atOffset: UInt64(64 + 6 * Self.recordBytes - bytes)) }
    let file = try open()
    #expect(file.count == 4)
    try file.append([map(40), map(50)])
    #expect(try read(file, 4) == map(40))
    #expect(try open().count == 6)
  }

  @Test("zeros in the place of records, as a machine that lost its power leaves them, are no maps")
  func zeros() throws {
    try fill()
    try change {
      try $0.seek(toOffset: UInt64(64 + 4 * Self.recordBytes))
      try $0.write(contentsOf: Data(count: 2 * Self.recordBytes))
    }
    #expect(try open().count == 4)
  }

  @Test("a file of other maps is begun anew")
  func otherIdentity() throws {
    try fill()
    #expect(try open(identity: String(repeating: "b", count: 64)).count == 0)
    #expect(try open().count == 0)
  }

  @Test("a map that was changed after it was written is an error, not a map")
  func changed() throws {
    try fill()
    let file = try open()
    try change {
      try $0.seek(toOffset: UInt64(64 + 2 * Self.recordBytes))
      try $0.write(contentsOf: Data([7]))
    }
    #expect(throws: UnreadableFile(path: url.path, reason: "map 2 is not as it was written")) { try read(file, 2) }
    #expect(try read(file, 3) == map(3))
  }

  @Test("a place that cannot be written to is an error that names it")
  func unwritable() throws {
    let place = folder.url.appendingPathComponent("none/maps.bin")
    let error = #expect(throws: UnwritableFile.self) {
      try MapFile(place, identity: Self.identity, mapCount: 3, group: 2)
    }
    #expect(error?.path == place.path)
  }
}
