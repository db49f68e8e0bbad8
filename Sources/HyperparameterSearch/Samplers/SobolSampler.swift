import Jobs
import Training

/// Points of a Sobol sequence: spread over every axis and every pair of axes more evenly than independent draws.
///
/// The seed shifts all points by as much, bit by bit (a digital shift), which keeps them as even as they are, and takes the first
/// one off the corner.
public struct SobolSampler: Sampler {
  private let space: SearchSpace
  private let sequence: SobolSequence
  private let shifts: [UInt32]

  /// - Throws: `UnacceptableSetting` where there are more parameters than dimensions.
  public init(_ space: SearchSpace, seed: UInt64) throws(UnacceptableSetting) {
    guard space.parameters.count <= SobolSequence.mostDimensions else {
      throw UnacceptableSetting(
        "sampler", "is sobol, but there are \(space.parameters.count) parameters",
        accepted: "up to \(SobolSequence.mostDimensions) of them, or random")
    }
    self.space = space
    sequence = SobolSequence(dimensions: space.parameters.count)
    shifts = space.parameters.indices.map { index in
      UInt32(truncatingIfNeeded: CounterGenerator.value(seed: seed, stream: .digitalShift, sample: index) >> 32)
    }
  }

  public var count: Int? { nil }

  public func values(of number: Int) -> [String: JSONValue] {
    space.values(at: zip(sequence.point(number), shifts).map { Double($0 ^ $1) * 0x1p-32 })
  }
}
