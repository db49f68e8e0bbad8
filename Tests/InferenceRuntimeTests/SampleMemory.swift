@testable import InferenceRuntime

/// Pieces of memory of one size, the same distance from each other: a value of each sample, or each thread's own.
protocol SampleMemory: AnyObject {
  var first: UnsafeMutablePointer<Float> { get }
  /// Floats from one piece to the next.
  var stride: Int { get }
}

extension FencedMemory: SampleMemory {}

/// Makes memory in which nothing is a number yet.
struct MemorySource: Sendable {
  let make: @Sendable (_ pieces: Int, _ count: Int) -> any SampleMemory

  /// Memory that nothing fences in.
  static let plain = MemorySource { PlainMemory(pieces: $0, count: $1) }

  /// A page that nobody may touch on both sides of each piece.
  static func fenced(_ fence: Fence) -> MemorySource {
    MemorySource { FencedMemory(pieces: $0, count: $1, fence: fence, value: .nan) }
  }
}

/// Pieces with some floats between them that tell when they are written to.
final class PlainMemory: SampleMemory {
  /// Whole cache lines, on which each piece begins; as many as a kernel that goes wrong is likely to write to.
  private static let edge = 1024
  private static let untouched = Float(bitPattern: 0x7fc0_1234)

  let first: UnsafeMutablePointer<Float>
  let stride: Int
  private let buffer: LargeBuffer
  private let count: Int

  init(pieces: Int, count: Int) {
    self.count = count
    stride = roundedUpToCacheLine(count) + Self.edge
    buffer = LargeBuffer(pieces * stride + Self.edge)
    first = buffer.pointer + Self.edge
    buffer.pointer.update(repeating: Self.untouched, count: buffer.count)
  }

  /// Whether nothing has been written in front of, between and behind the pieces.
  var isUntouchedAround: Bool {
    Swift.stride(from: 0, to: buffer.count - Self.edge, by: stride).allSatisfy { start in
      let gap = start..<start + Self.edge
      return gap.allSatisfy { buffer.pointer[$0].bitPattern == Self.untouched.bitPattern }
    }
  }
}
