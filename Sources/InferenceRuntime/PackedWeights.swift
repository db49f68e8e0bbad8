/// Weights in the order in which kernels read them.
///
/// `@unchecked Sendable`: written inside `init`; while training, between runs too.
final class PackedWeights: @unchecked Sendable {
  let pointer: UnsafePointer<Float>
  let count: Int
  private let isOwner: Bool

  /// `pack` fills `count` floats that are zero before.
  init(count: Int, pack: (UnsafeMutablePointer<Float>) -> Void) {
    let values = LargeMemory.allocate(count)
    pack(values)
    pointer = UnsafePointer(values)
    self.count = count
    isOwner = true
  }

  /// Weights in memory that belongs to someone else, who keeps it as long as they are used.
  init(borrowing memory: UnsafeMutablePointer<Float>, count: Int) {
    pointer = UnsafePointer(memory)
    self.count = count
    isOwner = false
  }

  /// For weights that change.
  var memory: UnsafeMutablePointer<Float> { UnsafeMutablePointer(mutating: pointer) }

  convenience init(_ values: [Float], paddedTo count: Int) {
    self.init(count: count) { $0.update(from: values, count: values.count) }
  }

  /// The bias of tiles without a bias: more zeros than the widest tile has channels.
  static let zeros = PackedWeights(count: 256) { _ in }

  deinit {
    if isOwner { LargeMemory.deallocate(pointer, count: count) }
  }
}
