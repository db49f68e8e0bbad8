import Glibc
import Jobs

/// The values that a parameter can have.
public enum ParameterDomain: Hashable, Sendable {
  case choice([JSONValue])
  case integer(ClosedRange<Int>)
  case uniform(ClosedRange<Double>)
  /// Equal ratios, not equal differences, are equally likely.
  case logUniform(ClosedRange<Double>)

  /// The value at a place from 0 to below 1, where all are equally likely.
  public func value(at place: Double) -> JSONValue {
    switch self {
    case .choice(let values): values[Self.index(place, of: values.count)]
    case .integer(let range): .integer(range.lowerBound + Self.index(place, of: range.count))
    case .uniform(let range):
      .number(Self.rounded(range.lowerBound + place * (range.upperBound - range.lowerBound), in: range))
    case .logUniform(let range):
      .number(Self.rounded(range.lowerBound * pow(range.upperBound / range.lowerBound, place), in: range))
    }
  }

  /// Where a value lies, from 0 to 1: of ranges, `value(at:)` the other way round; choices stand evenly beside one another.
  public func place(of value: JSONValue) -> Double {
    switch self {
    case .choice(let values): return (Double(values.firstIndex(of: value) ?? 0) + 0.5) / Double(values.count)
    case .integer(let range):
      let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
      return high > low ? ((value.double ?? low) - low) / (high - low) : 0.5
    case .uniform(let range):
      let width = range.upperBound - range.lowerBound
      return width > 0 ? ((value.double ?? range.lowerBound) - range.lowerBound) / width : 0.5
    case .logUniform(let range):
      let width = log(range.upperBound / range.lowerBound)
      return width > 0 ? log((value.double ?? range.lowerBound) / range.lowerBound) / width : 0.5
    }
  }

  /// The values of a grid.
  ///
  /// - Parameter points: how many of a range, evenly from one end to the other; choices and small whole numbers give all.
  public func gridValues(points: Int?) -> [JSONValue] {
    switch self {
    case .choice(let values): return values
    case .integer(let range):
      guard points ?? (range.count <= Self.mostWholeNumbers ? range.count : Self.standardPoints) < range.count else {
        return range.map(JSONValue.integer)
      }
      let width = Double(range.upperBound - range.lowerBound)
      return Self.places(points ?? Self.standardPoints).map {
        .integer(range.lowerBound + Int(($0 * width).rounded()))
      }
    case .uniform(let range):
      let width = range.upperBound - range.lowerBound
      return Self.places(points ?? Self.standardPoints).map {
        .number(Self.rounded(range.lowerBound + $0 * width, in: range))
      }
    case .logUniform(let range):
      let ratio = range.upperBound / range.lowerBound
      return Self.places(points ?? Self.standardPoints).map {
        .number(Self.rounded(range.lowerBound * pow(ratio, $0), in: range))
      }
    }
  }

  public static let standardPoints = 3
  private static let mostWholeNumbers = 5

  private static func places(_ points: Int) -> [Double] {
    points == 1 ? [0.5] : (0..<points).map { Double($0) / Double(points - 1) }
  }

  private static func index(_ place: Double, of count: Int) -> Int { min(Int(place * Double(count)), count - 1) }

  /// Six digits that count: more say nothing to whoever reads them, and may differ between machines.
  static func rounded(_ value: Double, in range: ClosedRange<Double>) -> Double {
    guard value != 0, value.isFinite else { return value }
    // Multiplying or dividing by a whole power of ten rounds once.
    let exponent = 5 - Int(floor(log10(value.magnitude)))
    let power = pow(10, Double(exponent.magnitude))
    let scaled = (exponent < 0 ? value / power : value * power).rounded()
    return min(max(exponent < 0 ? scaled * power : scaled / power, range.lowerBound), range.upperBound)
  }
}
