import CZlib

/// One run of zlib over data that comes in pieces.
///
/// A class, since zlib keeps a pointer to its state: that must stay at one address.
final class ZlibStream {
  enum Direction {
    case compressing(level: Int32, ContentEncoder.Memory)
    case expanding
  }

  /// What one step did.
  struct Step {
    var consumed: Int
    var produced: Int
    var status: Int32
    /// Whether more may come out without further input.
    var filledItsRoom: Bool
  }

  /// Bytes that one step may bring out.
  private static let room = 64 << 10

  private let direction: Direction
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ direction: Direction, _ coding: ContentCoding) {
    self.direction = direction
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 more selects gzip's format instead of zlib's (zlib.h, inflateInit2).
    let format: Int32 = coding == .gzip ? 16 : 0
    let size = Int32(MemoryLayout<z_stream>.size)
    let status =
      switch direction {
      case .compressing(let level, let memory):
        deflateInit2_(
          stream, level, Z_DEFLATED, memory.windowBits + format, memory.level, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
      case .expanding: inflateInit2_(stream, MAX_WBITS + format, ZLIB_VERSION, size)
      }
    precondition(status == Z_OK, "zlib has no memory or another version: \(status)")
  }

  deinit {
    switch direction {
    case .compressing: deflateEnd(stream)
    case .expanding: inflateEnd(stream)
    }
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Goes on with the beginning of `input`, and puts what comes out behind `output`.
  func step(
    _ input: ArraySlice<UInt8>, _ flush: ContentEncoder.Flush = .none, into output: inout [UInt8]
  ) -> Step {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.room) { buffer in
      input.withUnsafeBufferPointer { input in
        // zlib counts in 32 bits; what is longer is left for the next step.
        let given = min(input.count, 1 << 30)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(given)
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(Self.room)
        let mode = given == input.count ? flush.mode : Z_NO_FLUSH
        let status =
          switch direction {
          case .compressing: deflate(stream, mode)
          case .expanding: inflate(stream, Z_NO_FLUSH)
          }
        let produced = Self.room - Int(stream.pointee.avail_out)
        output += buffer[..<produced]
        return Step(
          consumed: given - Int(stream.pointee.avail_in), produced: produced, status: status,
          filledItsRoom: produced == Self.room)
      }
    }
  }

  /// Begins a new stream of the same kind.
  func restart() { _ = inflateReset(stream) }
}

/// zconf.h: deflate takes `1 << (windowBits + 2)` and `1 << (memLevel + 9)` bytes.
extension ContentEncoder.Memory {
  fileprivate var windowBits: Int32 {
    switch self {
    case .whole: MAX_WBITS
    case .small: 12
    }
  }

  fileprivate var level: Int32 {
    switch self {
    case .whole: MAX_MEM_LEVEL
    case .small: 5
    }
  }
}

extension ContentEncoder.Flush {
  fileprivate var mode: Int32 {
    switch self {
    case .none: Z_NO_FLUSH
    case .piece: Z_SYNC_FLUSH
    case .end: Z_FINISH
    }
  }
}
