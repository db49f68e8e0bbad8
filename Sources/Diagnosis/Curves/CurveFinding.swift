/// Something that a learning curve says, with the numbers that say so and what follows.
public struct CurveFinding: Hashable, Sendable, Encodable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The loss grows, or is no number.
    case exploding
    /// Nothing is learned, or nothing for the first epochs.
    case flatFromStart = "flat_from_start"
    /// The loss has stopped falling while the rate is as it was.
    case flatAfterFalling = "flat_after_falling"
    /// The rate was lowered while the loss was still falling well.
    case stepTooEarly = "step_too_early"
    /// The run ends while it still gets better.
    case stillRising = "still_rising"
    /// Images that were learned from are classified much better than others.
    case gap
    /// Neither kind of images is classified well.
    case noGap = "no_gap"
  }

  public let kind: Kind
  /// What the curve does, in a sentence with numbers.
  public let observation: String
  /// What to do, in a sentence.
  public let advice: String
  /// The numbers, by name.
  public let numbers: [String: Double]

  public init(_ kind: Kind, _ observation: String, advice: String, numbers: [String: Double]) {
    self.kind = kind
    self.observation = observation
    self.advice = advice
    self.numbers = numbers.filter(\.value.isFinite)
  }

  private enum CodingKeys: String, CodingKey {
    case kind = "finding"
    case observation, advice, numbers
  }
}
