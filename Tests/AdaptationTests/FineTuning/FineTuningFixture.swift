import Architectures
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport
import Training

@testable import Adaptation

/// Stripes of three directions on grounds of any colour, 32 x 32: nothing that a mean colour tells.
struct Stripes: DataSet {
  let name = "stripes"
  let classes = ["across", "down", "slanting"].map { ClassLabel(name: $0) }
  let count: Int

  func label(_ index: Int) -> Int { index % classes.count }
  func identifier(_ index: Int) -> String { "\(index).png" }
  func fingerprint() throws -> String { "stripes \(count)" }

  func image(_ index: Int) throws -> PixelImage {
    var numbers = CounterGenerator(seed: 5, stream: .shuffle, sample: index)
    let (phase, period) = (numbers.integer(below: 6), 4 + numbers.integer(below: 4))
    let colours = (0..<2).map { _ in (0..<3).map { _ in 40 + numbers.integer(below: 176) } }
    let label = label(index)
    return PixelImage(
      width: 32, height: 32,
      pixels: (0..<32 * 32).flatMap { place in
        let (y, x) = place.quotientAndRemainder(dividingBy: 32)
        let along = [y, x, x + y][label] + phase
        let noise = numbers.integer(below: 40)
        return colours[along / (period / 2) % 2].map { UInt8($0 + noise) }
      })
  }
}

/// A run of ResNet-8 with seeded weights and a head that knows nothing yet.
struct FineTuningFixture {
  let folder: TemporaryFolder
  let model: ModelContents
  let images: FineTuningImages
  var settings = FineTuningSettings(epochs: 4, batchSize: 8, learningRate: 2e-3, patience: 3, views: 3)
  var seed: UInt64 = 7
  var threads = 2

  init(training: Int = 36, validation: Int = 24) throws {
    folder = try TemporaryFolder()
    let dataSet = Stripes(count: training + validation)
    let network = try Architecture.named("resnet8").network()
    let base = try ModelContents(
      network: network, weights: SeededWeights.make(for: network), labels: (0..<10).map { ClassLabel(name: "\($0)") },
      preprocessing: Preprocessing(
        resize: .none, crop: .center(PixelSize(32)), scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]),
      provenance: ModelProvenance(source: "seeded", licence: "CC0-1.0"))
    model = try base.replacingHead(
      weights: WeightTensor(shape: [3, 64], values: [Float](repeating: 0, count: 192)), biases: [0, 0, 0],
      labels: dataSet.classes)
    images = FineTuningImages(
      dataSet, labels: (0..<dataSet.count).map(dataSet.label), training: Array(0..<training),
      validation: Array(training..<training + validation), fingerprint: "stripes")
  }

  func tuner(_ work: String = "work", build: String = "convserve test") -> FineTuner {
    FineTuner(
      model, images: images, settings: settings, seed: seed, workFolder: folder.url.appendingPathComponent(work),
      build: build, pool: WorkerPool(threadCount: threads))
  }
}

extension Weights {
  var arrays: [String: [Float]] { mapValues(\.values) }
}
