import Glibc

/// A scale of a diagram: where values lie between its ends, and which ones are named.
public struct Axis: Hashable, Sendable {
  /// How values are written.
  public enum Unit: Hashable, Sendable {
    /// Shares from 0 to 1.
    case percent
    case number
    case count
    case seconds
  }

  public let low: Double
  public let high: Double
  public let ticks: [Double]
  public let unit: Unit
  /// Whether equal ratios, not equal differences, are equally far apart.
  public let isLogarithmic: Bool
  private let places: Int

  /// A scale with even steps of round numbers around all values.
  ///
  /// - Parameters:
  ///   - bounds: beyond which the scale does not go, such as 0 and 1 of shares.
  ///   - isFromZero: whether it begins at 0.
  public init(around values: [Double], unit: Unit, bounds: ClosedRange<Double>? = nil, isFromZero: Bool = false) {
    let values = values.filter(\.isFinite)
    let (smallest, largest) = Self.spread(
      isFromZero ? min(0, values.min() ?? 0) : values.min() ?? 0, values.max() ?? 1, isFromZero: isFromZero)
    let rough = (largest - smallest) / 4
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let (first, last) = ((smallest / step + 1e-9).rounded(.down), (largest / step - 1e-9).rounded(.up))
    let steps = stride(from: first, through: max(last, first + 1), by: 1).map { $0 * step }
    let ticks = steps.filter { bounds?.contains(($0 * 1e9).rounded() / 1e9) ?? true }
    self.init(ticks: ticks.count > 1 ? ticks : steps, step: step, unit: unit, isLogarithmic: false)
  }

  /// Equal values get some room around them.
  private static func spread(_ low: Double, _ high: Double, isFromZero: Bool) -> (Double, Double) {
    guard high - low <= high.magnitude * 1e-6 else { return (low, high) }
    let room = high == 0 ? 0.5 : high.magnitude * 0.05
    return (isFromZero ? low : low - room, high + room)
  }

  /// A scale with given names, from the first to the last.
  ///
  /// - Precondition: at least two ticks, rising, all positive on a logarithmic scale.
  public init(ticks: [Double], unit: Unit, isLogarithmic: Bool = false) {
    let steps = zip(ticks.dropFirst(), ticks).map { $0 - $1 }
    self.init(ticks: ticks, step: steps.min() ?? 1, unit: unit, isLogarithmic: isLogarithmic)
  }

  private init(ticks: [Double], step: Double, unit: Unit, isLogarithmic: Bool) {
    precondition(ticks.count > 1 && zip(ticks, ticks.dropFirst()).allSatisfy(<), "a scale has two ends")
    precondition(!isLogarithmic || ticks[0] > 0, "a logarithmic scale has no zero")
    (self.ticks, self.unit, self.isLogarithmic) = (ticks, unit, isLogarithmic)
    (low, high) = (ticks[0], ticks[ticks.count - 1])
    places = Self.places(of: unit == .percent ? step * 100 : step)
  }

  /// A logarithmic scale named at the values themselves, with some air at both ends.
  ///
  /// - Precondition: all values are positive.
  public static func logarithmic(at values: [Double], unit: Unit) -> Axis {
    let sorted = Set(values.filter { $0 > 0 && $0.isFinite }).sorted()
    switch sorted.count {
    case 0: return Axis(ticks: [1, 10], unit: unit, isLogarithmic: true)
    case 1: return Axis(ticks: [sorted[0] / 2, sorted[0], sorted[0] * 2], unit: unit, isLogarithmic: true)
    default: return Axis(ticks: sorted, unit: unit, isLogarithmic: true)
    }
  }

  /// 0 at the lower end, 1 at the upper one; values beyond an end lie at it.
  public func place(of value: Double) -> Double {
    let share = isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
    return share.isNaN ? 0 : min(max(share, 0), 1)
  }

  public func label(_ value: Double) -> String {
    switch unit {
    case .percent: Numbers.percent(value, places)
    case .number: Numbers.fixed(value, places)
    case .count: Numbers.count(value)
    case .seconds: (places > 0 ? Numbers.fixed(value, places) : Numbers.count(value)) + " s"
    }
  }

  /// Decimals that tell steps apart.
  private static func places(of step: Double) -> Int {
    var (places, scaled) = (0, step)
    while scaled < 0.999 || (scaled - scaled.rounded()).magnitude > 1e-6 * scaled, places < 9 {
      (places, scaled) = (places + 1, scaled * 10)
    }
    return places
  }
}
