import TestSupport

/// What a tensor is recognised by: `summary` of `Tests/Goldens/training/network_gradients.py`.
struct TensorSummary: Decodable, Sendable {
  /// The greatest magnitude.
  let greatest: Double
  /// Root of the sum of squares.
  let norm: Double
  /// Some indices, row-major, and the values there.
  let places: [Int]
  let values: [Double]
  /// Sum of all values with the signs that `SeededWeights.signs` draws for the tensor's name: wrong if any value is.
  let signedSum: Double

  private enum CodingKeys: String, CodingKey {
    case greatest, norm, places, values
    case signedSum = "signed_sum"
  }

  /// The greatest difference relative to the greatest magnitude, or to `floor` where that is more. That of the signed sum
  /// is relative to the norm. Infinite where values are missing or no numbers.
  func deviation(of tensor: [Float], name: String, floor: Double = 0) -> Double {
    guard let last = places.last, last < tensor.count, tensor.allSatisfy(\.isFinite) else { return .infinity }
    let largest = tensor.reduce(0) { max($0, Double(abs($1))) }
    let sum = zip(tensor, SeededWeights.signs(name, count: tensor.count)).reduce(0) { $0 + Double($1.0) * $1.1 }
    let differences = zip(places, values).map { abs(Double(tensor[$0]) - $1) } + [abs(largest - greatest)]
    return max(
      differences.reduce(0, max) / max(greatest, floor, .leastNormalMagnitude),
      abs(sum - signedSum) / max(norm, floor, .leastNormalMagnitude))
  }
}
