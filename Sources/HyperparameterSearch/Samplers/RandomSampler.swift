import Jobs
import Training

/// Independent draws, so that each of `n` trials shows another value of every axis: Bergstra and Bengio, Random Search for
/// Hyper-Parameter Optimization, 2012.
public struct RandomSampler: Sampler {
  private let space: SearchSpace
  private let seed: UInt64

  public init(_ space: SearchSpace, seed: UInt64) {
    (self.space, self.seed) = (space, seed)
  }

  public var count: Int? { nil }

  public func values(of number: Int) -> [String: JSONValue] {
    var generator = CounterGenerator(seed: seed, stream: .hyperparameters, sample: number)
    return space.values(at: space.parameters.map { _ in generator.uniform() })
  }
}
