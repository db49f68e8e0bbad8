import Glibc

/// Half a wave of the cosine, from the base rate down to the share `end` of it: Loshchilov and Hutter, SGDR, 2017,
/// equation 5, without restarts; PyTorch's `CosineAnnealingLR`.
public struct CosineSchedule: ScheduleShape {
  static let name = "cosine"
  static let acceptedParameters = "END (0)"

  /// The share of the base rate that is left at the end of the run, 0 to 1.
  public let end: Double

  /// A schedule that ends at the given share of the base rate.
  public init(end: Double = 0) {
    self.end = end
  }

  init?(parameters: [Double]) {
    guard parameters.count <= 1 else { return nil }
    let end = parameters.first ?? Self().end
    guard (0...1).contains(end) else { return nil }
    self.init(end: end)
  }

  var parameters: [Double] { self == Self() ? [] : [end] }

  func factor(at step: Double, of span: ScheduleSpan) -> Double {
    end + (1 - end) * (1 + cos(.pi * step / span.totalSteps)) / 2
  }
}
