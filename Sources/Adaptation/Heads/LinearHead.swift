import COpenBLAS

/// A last layer: logits = weights x features + bias.
public struct LinearHead: Hashable, Sendable {
  /// Logits of an image.
  public let classCount: Int
  /// Features of an image.
  public let featureCount: Int
  /// `[classes][features]`, row-major.
  public internal(set) var weights: [Float]
  /// `[classes]`
  public internal(set) var bias: [Float]

  public init(classCount: Int, featureCount: Int, weights: [Float], bias: [Float]) {
    precondition(weights.count == classCount * featureCount && bias.count == classCount, "a head of another shape")
    self.classCount = classCount
    self.featureCount = featureCount
    self.weights = weights
    self.bias = bias
  }

  /// A head that says nothing: equal logits, a loss of log C.
  init(classCount: Int, featureCount: Int) {
    self.init(
      classCount: classCount, featureCount: featureCount,
      weights: [Float](repeating: 0, count: classCount * featureCount), bias: [Float](repeating: 0, count: classCount))
  }

  /// One row of logits an image.
  public func logits(_ features: FeatureMatrix) -> [[Float]] {
    precondition(features.columns == featureCount, "features of another length")
    guard features.rows > 0 else { return [] }
    var products = [Float](repeating: 0, count: features.rows * classCount)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(features.rows), blasint(classCount), blasint(featureCount),
      1, features.values, blasint(featureCount), weights, blasint(featureCount), 0, &products, blasint(classCount))
    return (0..<features.rows).map { row in
      (0..<classCount).map { products[row * classCount + $0] + bias[$0] }
    }
  }

  /// The head whose logits are these divided by a temperature (Guo et al., On Calibration of Modern Neural Networks, 2017).
  public func divided(by temperature: Double) -> LinearHead {
    var scaled = self
    for index in weights.indices { scaled.weights[index] = Float(Double(weights[index]) / temperature) }
    for index in bias.indices { scaled.bias[index] = Float(Double(bias[index]) / temperature) }
    return scaled
  }
}
