import Glibc
import NetworkGraph
import TestSupport
import Testing
import WeightFormats

/// Bytes that end at the edge of a page with nothing behind: a read beyond them ends the test run.
// @unchecked: written only in `init`.
private final class GuardedStorage: WeightStorage, @unchecked Sendable {
  private let pages: UnsafeMutableRawPointer
  private let mapped: Int
  private let bytes: UnsafeRawBufferPointer

  init(_ array: some Collection<UInt8>) {
    let page = 4096
    mapped = (array.count + page - 1) / page * page + page
    pages = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let start = pages + (mapped - page - array.count)
    UnsafeMutableRawBufferPointer(start: start, count: array.count).copyBytes(from: array)
    mprotect(pages + (mapped - page), page, PROT_NONE)
    bytes = UnsafeRawBufferPointer(start: start, count: array.count)
  }

  deinit { munmap(pages, mapped) }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(bytes)
  }
}

private struct Generator: RandomNumberGenerator {
  var state: UInt64

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Every file is either read or refused; nothing traps, and no read leaves the bytes.
@Suite("damaged files")
struct DamagedFileTests {
  private static let files =
    [
      "types_legacy.pth", "views_legacy.pth", "nested_model_legacy.pth", "protocol4_legacy.pth",
      "storage_view_legacy.pth",
      "deflated_zip.pth", "zip64_zip.pth", "protocol5_zip.pth", "idle_strides.pth",
    ]

  private static let header = """
    {"__metadata__":{"k":"\\u00e9"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
    "b":{"dtype":"F16","shape":[1,1],"data_offsets":[8,10]},"c":{"dtype":"I64","shape":[0],"data_offsets":[10,10]}}
    """

  private static func bytes(_ name: String) -> [UInt8] {
    name == "safetensors" ? safetensors(header, data: .init(repeating: 0x40, count: 10)) : Goldens.bytes(name)
  }

  private static var limits: WeightLimits {
    var limits = WeightLimits()
    limits.copiedValues = 1 << 16
    limits.expandedBytes = 1 << 20
    limits.pickleValues = 1 << 16
    return limits
  }

  /// Reads the file and every value of its tensors; whether it could be read.
  private static func isRead(_ bytes: some Collection<UInt8>) -> Bool {
    do throws(WeightFormatError) {
      let file = try WeightFile.read(GuardedStorage(bytes), limits: limits)
      for tensor in file.tensors.values { _ = tensor.values }
      return true
    } catch {
      _ = error.description
      return false
    }
  }

  @Test("every proper prefix is refused", arguments: files + ["safetensors"])
  func prefixes(name: String) {
    let bytes = Self.bytes(name)
    #expect(Self.isRead(bytes))
    for count in bytes.indices { #expect(!Self.isRead(bytes.prefix(count)), "the first \(count) bytes") }
  }

  @Test("a file with changed bytes is read or refused", arguments: files + ["safetensors"])
  func changedBytes(name: String) {
    var generator = Generator(state: 42)
    let bytes = Self.bytes(name)
    for _ in 0..<TestEffort.count(usual: 2_000, thorough: 100_000) {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        changed[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      _ = Self.isRead(changed)
    }
  }

  @Test(
    "a safetensors file or pickle with extreme bytes anywhere is read or refused",
    arguments: ["safetensors", "types_legacy.pth"])
  func extremeBytes(name: String) {
    let bytes = Self.bytes(name)
    for position in bytes.indices.prefix(1200) {
      for value: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
        var changed = bytes
        changed[position] = value
        _ = Self.isRead(changed)
      }
    }
  }
}
