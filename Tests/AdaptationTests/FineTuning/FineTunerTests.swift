import Foundation
import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct FineTunerTests {
  @Test("upper layers learn, lower ones stay as they are, and the report tells")
  func learns() throws {
    var fixture = try FineTuningFixture(training: 240)
    fixture.settings = FineTuningSettings(epochs: 12, batchSize: 8, learningRate: 1e-3, patience: 12)
    var events: [FineTuningEvent] = []
    let tuned = try fixture.tuner().run(report: { events.append($0) })
    #expect(tuned.summary.headAccuracy == 8 / 24.0)
    #expect(tuned.summary.accuracy > 0.6)
    #expect(tuned.isAccepted && tuned.reason.hasPrefix("Fine-tuning is taken."))
    #expect(tuned.summary.frozenUpTo == "block2.relu")
    let before = fixture.model.weights.arrays
    let changed = tuned.weights.arrays.filter { $1 != before[$0] }.map(\.key)
    let layers = ["bn5", "bn6", "conv6", "conv7", "conv8", "fc"]
    // A bias before batch normalisation moves too, for the statistics are frozen.
    let learned = Set(layers.flatMap { ["\($0).bias", "\($0).weight"] })
    #expect(Set(changed) == learned)
    // Two convolutions, a projection, two normalisations and the head.
    let parameters = 18_496 + 36_928 + 2_112 + 256 + 195
    #expect(tuned.summary.trainedParameters == parameters)
    let epochs = events.compactMap { event -> AdaptationReport.FineTuning.Epoch? in
      if case .epoch(let epoch) = event { epoch } else { nil }
    }
    #expect(!epochs.isEmpty)
    #expect(epochs == tuned.summary.epochs)
    let fractions = events.compactMap { event -> Double? in
      if case .progress(let fraction, _) = event { fraction } else { nil }
    }
    #expect(!fractions.isEmpty && fractions == fractions.sorted())
    #expect(fractions.allSatisfy { (0...1).contains($0) })
  }

  @Test("what it says of the validation images is what the whole network says")
  func logits() throws {
    let fixture = try FineTuningFixture()
    let tuned = try fixture.tuner().run()
    let model = try ModelContents(
      network: fixture.model.network, weights: tuned.weights, labels: fixture.model.labels,
      preprocessing: fixture.model.preprocessing, provenance: fixture.model.provenance)
    let source = DataSetSource(
      DataSubset(of: fixture.images.dataSet, indices: fixture.images.validation, name: "validation"), .evaluation,
      preprocessing: model.preprocessing)
    let expected = try Logits.of(
      model.network, weights: model.weights, on: source, kernels: .best, pool: fixture.tuner().pool)
    for (row, other) in zip(tuned.logits, expected) {
      #expect(zip(row, other).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
    }
    let labels = fixture.images.validation.map { fixture.images.labels[$0] }
    let right = zip(tuned.logits, labels).count { $0.isBest($1) }
    #expect(tuned.summary.accuracy == Double(right) / Double(labels.count))
    #expect(tuned.headLogits.allSatisfy { $0 == [0, 0, 0] })
  }

  @Test("one and two threads give the same bits, another seed others")
  func threads() throws {
    var fixture = try FineTuningFixture()
    let two = try fixture.tuner("two").run()
    fixture.threads = 1
    let one = try fixture.tuner("one").run()
    #expect(one.weights.arrays == two.weights.arrays)
    #expect(one.logits == two.logits && one.summary == two.summary && one.reason == two.reason)
    fixture.seed = 8
    #expect(try fixture.tuner("other").run().weights.arrays != one.weights.arrays)
  }

  @Test("however often it is stopped, and wherever, it ends with the same bits")
  func interruptions() throws {
    let fixture = try FineTuningFixture()
    let undisturbed = try fixture.tuner("undisturbed").run()
    var stops = 0
    var tuned: FineTunedNetwork?
    while tuned == nil, stops < 60 {
      var asked = 0
      do {
        // Enough steps for an epoch now and then, so that it gets on.
        tuned = try fixture.tuner().run(isStopping: {
          asked += 1
          return asked > stops % 6
        })
      } catch FineTuningError.stopped {
        stops += 1
      }
    }
    #expect(stops > 8)
    #expect(tuned?.weights.arrays == undisturbed.weights.arrays)
    #expect(tuned?.summary == undisturbed.summary)
    // Once more, from where all is done.
    #expect(try fixture.tuner().run().weights.arrays == undisturbed.weights.arrays)
  }

  @Test("a broken end of the kept maps is computed again")
  func brokenMaps() throws {
    let fixture = try FineTuningFixture()
    let undisturbed = try fixture.tuner("undisturbed").run()
    let file = fixture.folder.url.appendingPathComponent("work/maps.bin")
    _ = try? fixture.tuner().run(isStopping: { true })
    let handle = try FileHandle(forUpdating: file)
    let record: UInt64 = 32 * 16 * 16 * 4 + 8
    try handle.truncate(atOffset: 64 + 7 * record + 1000)
    try handle.close()
    #expect(try fixture.tuner().run().weights.arrays == undisturbed.weights.arrays)
  }

  @Test("another program, or other settings, begin anew rather than go on")
  func anew() throws {
    var fixture = try FineTuningFixture()
    _ = try fixture.tuner().run()
    var logs: [String] = []
    let again = try fixture.tuner(build: "convserve other").run(report: {
      if case .log(let text) = $0 { logs.append(text) }
    })
    let isTold = logs.contains { $0.hasPrefix("fine-tuning begins anew") && $0.contains("build") }
    #expect(isTold)
    let fresh = try fixture.tuner("fresh").run()
    #expect(again.weights.arrays == fresh.weights.arrays)
    fixture.settings.learningRate = 1e-3
    let other = try fixture.tuner().run()
    let expected = try fixture.tuner("other").run()
    #expect(other.weights.arrays == expected.weights.arrays)
  }

  @Test("where nothing is learned the head is kept")
  func refused() throws {
    var fixture = try FineTuningFixture()
    fixture.settings.learningRate = 1e-12
    let tuned = try fixture.tuner().run()
    #expect(!tuned.isAccepted && tuned.reason.hasPrefix("The head alone is kept."))
  }

  @Test("a rate at which weights become infinite ends it, and the head is kept")
  func diverged() throws {
    var fixture = try FineTuningFixture()
    fixture.settings.learningRate = 1e38
    var logs: [String] = []
    let tuned = try fixture.tuner().run(report: { if case .log(let text) = $0 { logs.append(text) } })
    #expect(!tuned.isAccepted && tuned.reason == "The head alone is kept: the loss of fine-tuning became infinite.")
    #expect(tuned.weights.arrays == fixture.model.weights.arrays)
    #expect(logs.contains { $0.hasPrefix("fine-tuning ended: ") })
  }

  @Test("it ends early when the validation loss falls no more")
  func patience() throws {
    var fixture = try FineTuningFixture()
    fixture.settings.learningRate = 0.5
    fixture.settings.epochs = 30
    fixture.settings.patience = 2
    #expect(try fixture.tuner().run().summary.epochs.count < 30)
  }

  @Test("where room is short there are fewer views, then smaller maps, then an error that says how much is missing")
  func room() throws {
    let fixture = try FineTuningFixture()
    func plan(_ bytes: Int) throws -> FineTuningPlan {
      var settings = fixture.settings
      settings.maximumMapBytes = bytes
      return try FineTuningPlan(fixture.model.network, images: fixture.images, settings: settings)
    }
    let map = 32 * 16 * 16 * 4
    #expect(try plan(1 << 30).views == 3)
    let two = try plan(map * (2 * 36 + 24))
    #expect(two.views == 2 && two.mapCount == 96 && two.boundary.layer == "block2.relu")
    #expect(try plan(map * (2 * 36 + 24) - 1).views == 1)
    let small = try plan(map * 60 - 1)
    #expect(small.views == 1 && small.boundary.mapBytes < map)
    #expect(throws: FineTuningError.mapsTooLarge(bytes: 60 * 64 * 4, maximum: 1000)) { try plan(1000) }
  }

  @Test("a head of another size is refused with the numbers")
  func headShape() throws {
    let fixture = try FineTuningFixture()
    #expect(throws: FineTuningError.headShape(weights: [3, 63], biases: 3, features: 64, classes: 3)) {
      try fixture.model.replacingHead(
        weights: WeightTensor(shape: [3, 63], values: [Float](repeating: 0, count: 189)), biases: [0, 0, 0],
        labels: fixture.model.labels)
    }
  }
}
