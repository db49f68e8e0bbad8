import Foundation
import ModelServing

/// `adaptation.json`: how a version of a model was made of photos.
struct AdaptationRecord: Codable, Hashable, Sendable {
  /// Tells the run from others of the same settings.
  var run: String
  var method: AdaptationReport.Method
  var base: AdaptationReport.Base
  var data: AdaptationReport.DataRecord
  var classes: [String]
  /// Images that the weights were fitted to.
  var trainingImages: Int
  var head: String
  var penalty: Double?
  var temperature: Double
  var settings: AdaptationSettings
  /// The program, and the instruction set that it computed with.
  var build: String
  var kernels: String

  enum CodingKeys: String, CodingKey {
    case run, method, base, data, classes, head, penalty, temperature, settings, build, kernels
    case trainingImages = "training_images"
  }

  /// Where the weights come from, in words, for `model.json`.
  var source: String {
    "\(method == .head ? "adapted" : "fine-tuned") with convserve adapt from version \(base.version) of \(base.name) "
      + "(SHA-256 \(base.weights.prefix(16))) on \(data.origin) (SHA-256 \(data.fingerprint.prefix(16))), "
      + "seed \(settings.seed); \(TrainedModel.adaptationFileName) says how"
  }
}
