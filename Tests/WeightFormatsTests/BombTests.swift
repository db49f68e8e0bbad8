import NetworkGraph
import Testing
import WeightFormats

/// Small files that announce much: each is refused before its reader spends memory on it.
@Suite("bombs")
struct BombTests {
  private func little(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A zip archive of deflated entries that claim a size; what they hold is no deflate data.
  private func archive(_ entries: [(name: String, size: Int, compressed: Int)]) -> [UInt8] {
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for entry in entries {
      let name = Array(entry.name.utf8)
      let sizes = little(0, bytes: 4) + little(entry.compressed, bytes: 4) + little(entry.size, bytes: 4)
      let offset = file.count
      file += little(0x0403_4B50, bytes: 4) + little(20, bytes: 2) + little(0, bytes: 2) + little(8, bytes: 2)
      file += little(0, bytes: 4) + sizes + little(name.count, bytes: 2) + little(0, bytes: 2) + name
      file += [UInt8](repeating: 0xFF, count: entry.compressed)
      directory += little(0x0201_4B50, bytes: 4) + little(20, bytes: 2) + little(20, bytes: 2) + little(0, bytes: 2)
      directory += little(8, bytes: 2) + little(0, bytes: 4) + sizes + little(name.count, bytes: 2)
      directory += little(0, bytes: 12) + little(offset, bytes: 4) + name
    }
    let end =
      little(0x0605_4B50, bytes: 4) + little(0, bytes: 4) + little(entries.count, bytes: 2)
      + little(entries.count, bytes: 2) + little(directory.count, bytes: 4) + little(file.count, bytes: 4)
      + little(0, bytes: 2)
    return file + directory + end
  }

  @Test("a pickle that would expand beyond its limit is refused before it is expanded")
  func pickle() {
    let size = 65 << 20
    let file = archive([("a/data.pkl", size, 1 << 20)])
    #expect(
      throws: WeightFormatError.limitExceeded(limit: "bytes in a/data.pkl", maximum: 64 << 20, found: size)
    ) { try WeightFile.read(file) }
  }

  @Test("an archive may expand to 100 times its size once that is more than 64 MiB")
  func expansion() throws {
    let file = archive([("a/data.pkl", 1000, 1000), ("a/data/0", 200 << 20, 1 << 20)])
    #expect(
      throws: WeightFormatError.limitExceeded(
        limit: "bytes in deflated entries", maximum: 100 * file.count, found: 1000 + 200 << 20)
    ) { try WeightFile.read(file) }
    // Within the bound it comes to be expanded, and is no deflate data.
    let error = #expect(throws: WeightFormatError.self) {
      try WeightFile.read(archive([("a/data.pkl", 60 << 20, 1 << 20)]))
    }
    #expect(error?.description.contains("not deflate data") == true)
  }

  @Test("a tensor that repeats one value is held to the size of its file")
  func repetition() {
    let error = #expect(throws: WeightFormatError.self) {
      try WeightFile.open(path: Goldens.path("hostile/stride_zero_bomb.pth"))
    }
    guard case .limitExceeded("values that must be copied", 16 << 20, _)? = error else {
      return #expect(Bool(false), "\(error as Any)")
    }
  }

  @Test("a safetensors header of more values than the limit is refused where the limit is passed")
  func headerValues() {
    var limits = WeightLimits()
    limits.headerValues = 10
    let error = #expect(throws: WeightFormatError.self) {
      try WeightFile.read(MemoryBytes(safetensors("{\"a\":[0,0,0,0,0,0,0,0,0]}")), limits: limits)
    }
    #expect(error?.description.contains("more values than are accepted") == true, "\(error as Any)")
  }

  @Test(
    "a safetensors shape that is larger than the file is refused by its header",
    arguments: ["[9223372036854775807]", "[4294967296,4294967296]", "[1000000000]", "[0,4611686018427387904,8]"])
  func shape(shape: String) {
    let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,4]}}"
    #expect(throws: WeightFormatError.self) { try WeightFile.read(safetensors(header, data: [0, 0, 0, 0])) }
  }
}

/// Bytes of a test.
private final class MemoryBytes: WeightStorage {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes(body)
  }
}
