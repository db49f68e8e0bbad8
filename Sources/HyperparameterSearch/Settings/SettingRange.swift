/// The numbers that a setting takes.
public struct SettingRange: Hashable, Sendable {
  public let low: Double
  public let high: Double
  /// Whether the ends themselves are taken.
  public let takesLow: Bool
  public let takesHigh: Bool

  public static func from(_ low: Double, to high: Double) -> SettingRange {
    SettingRange(low: low, high: high, takesLow: true, takesHigh: true)
  }

  public static func from(_ low: Double, below high: Double) -> SettingRange {
    SettingRange(low: low, high: high, takesLow: true, takesHigh: false)
  }

  public static func above(_ low: Double, to high: Double = .greatestFiniteMagnitude) -> SettingRange {
    SettingRange(low: low, high: high, takesLow: false, takesHigh: true)
  }

  public func contains(_ value: Double) -> Bool {
    (takesLow ? value >= low : value > low) && (takesHigh ? value <= high : value < high)
  }

  public var text: String {
    let lower = takesLow ? "from \(Self.text(low))" : "above \(Self.text(low))"
    guard high < .greatestFiniteMagnitude else { return "a number \(lower)" }
    return "a number \(lower) \(takesHigh ? "to" : "to below") \(Self.text(high))"
  }

  private static func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}
