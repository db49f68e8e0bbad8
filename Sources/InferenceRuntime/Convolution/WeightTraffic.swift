/// What weights cost by counting.
enum WeightTraffic {
  /// In multiply-accumulates. One sample's convolution reads each weight from memory once.
  private static let multiplyAccumulatesPerWeight = 4.0

  static func cost(of weights: Int) -> Double { multiplyAccumulatesPerWeight * Double(weights) }
}
