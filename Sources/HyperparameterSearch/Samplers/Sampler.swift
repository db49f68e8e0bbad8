import Jobs

/// Which trials a search tries: a pure function from the number of a trial to its values.
public protocol Sampler: Sendable {
  /// Trials that there are; nothing where there is no end to them.
  var count: Int? { get }

  /// The values of a trial, by their paths.
  ///
  /// - Parameter number: from 0, below `count`.
  func values(of number: Int) -> [String: JSONValue]
}

/// The samplers, as a search's file names them.
public enum SamplerName: String, CaseIterable, Hashable, Sendable {
  case grid, random, sobol

  /// - Throws: `UnacceptableSetting` where the space is too large for it.
  public func sampler(of space: SearchSpace, seed: UInt64) throws(UnacceptableSetting) -> any Sampler {
    switch self {
    case .grid: try GridSampler(space)
    case .random: RandomSampler(space, seed: seed)
    case .sobol: try SobolSampler(space, seed: seed)
    }
  }
}
