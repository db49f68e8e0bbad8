import Foundation
import TestSupport

@testable import Adaptation

/// `heads.json`, which scikit-learn and SciPy made.
struct HeadGolden: Decodable {
  let features: [[Float]]
  let labels: [Int]
  let testFeatures: [[Float]]
  let testLabels: [Int]
  let logistic: [String: [[Double]]]
  let ridge: [String: [[Double]]]
  let nearestMean: [Int]
  let logits: [[Float]]
  let temperature: Double
  let loss: Double
  let macroF1: Double
  let precision: [Double]
  let recall: [Double]
  let counts: [Int]
  let calibrationError: Double
  let wilson: [Wilson]

  struct Wilson: Decodable {
    let right: Int
    let count: Int
    let interval: [Double]
  }

  enum CodingKeys: String, CodingKey {
    case features, labels, logistic, ridge, logits, temperature, loss, precision, recall, counts, wilson
    case testFeatures = "test_features"
    case testLabels = "test_labels"
    case nearestMean = "nearest_mean"
    case macroF1 = "macro_f1"
    case calibrationError = "calibration_error"
  }

  static func load() throws -> HeadGolden {
    try JSONDecoder().decode(
      HeadGolden.self,
      from: Data(contentsOf: Checkout.root.appendingPathComponent("Tests/Goldens/adaptation/heads.json")))
  }

  var data: LabelledFeatures {
    LabelledFeatures(features: Self.matrix(features), labels: labels, classCount: 3)
  }

  var test: FeatureMatrix { Self.matrix(testFeatures) }

  var predictions: Predictions {
    Predictions(images: Array(testLabels.indices), labels: testLabels, logits: logits)
  }

  private static func matrix(_ rows: [[Float]]) -> FeatureMatrix {
    FeatureMatrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 })
  }
}
