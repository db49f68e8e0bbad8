import CZlib

/// Compresses a body that comes in pieces.
public final class ContentEncoder {
  /// How much memory an encoder may use, and how well it compresses.
  public enum Memory: Sendable {
    /// Some 270 KB, for a body that is there as a whole.
    case whole
    /// Some 32 KB, for a body that is sent over minutes or hours beside hundreds of others.
    case small
  }

  /// What comes out of a piece.
  public enum Flush: Sendable {
    /// Whatever zlib lets go; it holds bytes back to compress them better.
    case none
    /// Everything so far, so that the receiver can expand all that was encoded (zlib's `Z_SYNC_FLUSH`).
    case piece
    /// Everything, and the end of the compressed data.
    case end
  }

  /// How much time goes into a smaller body: levels of zlib.
  public enum Effort: Int32, Sendable {
    /// For a body that is compressed for one client: on JSON a third of `high`'s time, and nearly as small.
    case low = 1
    /// For a body that is compressed once and held.
    case high = 6
  }

  private let zlib: ZlibStream

  public init(_ coding: ContentCoding, memory: Memory = .whole, effort: Effort = .low) {
    precondition(coding != .identity, "there is nothing to encode")
    zlib = ZlibStream(.compressing(level: effort.rawValue, memory), coding)
  }

  /// The next piece, compressed; `isLast` brings out everything that is held back.
  public func encode(_ bytes: ArraySlice<UInt8>, isLast: Bool) -> [UInt8] {
    encode(bytes, isLast ? .end : .none)
  }

  /// The next piece, compressed.
  public func encode(_ bytes: ArraySlice<UInt8>, _ flush: Flush) -> [UInt8] {
    var encoded: [UInt8] = []
    var rest = bytes
    while true {
      let step = zlib.step(rest, flush, into: &encoded)
      rest = rest.dropFirst(step.consumed)
      if rest.isEmpty && !step.filledItsRoom { return encoded }
    }
  }
}
