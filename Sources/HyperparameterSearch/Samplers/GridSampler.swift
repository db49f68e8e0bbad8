import Jobs

/// Every combination of values, so that of `n` trials over `d` axes each axis shows the `d`th root of `n` values.
public struct GridSampler: Sampler {
  public static let mostTrials = 100_000

  private let combinations: [[String: JSONValue]]

  /// - Throws: `UnacceptableSetting` where there are too many.
  public init(_ space: SearchSpace) throws(UnacceptableSetting) {
    combinations = space.grid(limit: Self.mostTrials)
    guard combinations.count <= Self.mostTrials else {
      throw UnacceptableSetting(
        "parameters", "make a grid of more than \(Self.mostTrials) trials",
        accepted: "fewer points or choices, or another sampler")
    }
  }

  public var count: Int? { combinations.count }

  public func values(of number: Int) -> [String: JSONValue] { combinations[number] }
}
