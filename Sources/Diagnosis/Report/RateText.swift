import Foundation

/// Rates for people: `0.03`, `1e-07`.
enum RateText {
  static func of(_ rate: Double) -> String { String(format: "%.2g", rate) }
}
