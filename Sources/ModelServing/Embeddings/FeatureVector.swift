/// From a network's features to an embedding.
enum FeatureVector {
  /// The mean over an image's crops.
  ///
  /// - Precondition: there is at least one, and all are of one length.
  static func mean(_ crops: [[Float]]) -> [Float] {
    guard crops.count > 1 else { return crops[0] }
    return crops[0].indices.map { index in crops.reduce(0) { $0 + $1[index] } / Float(crops.count) }
  }

  /// The vector divided by its Euclidean norm. A vector of zeros stays as it is.
  static func normalised(_ vector: [Float]) -> [Float] {
    // In double precision no square of a float is too large or too small.
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length != 0 else { return vector }
    return vector.map { Float(Double($0) / length) }
  }
}
