import Foundation
import Testing
import Training

@testable import Adaptation

@Suite struct EvaluationTests {
  private let golden: HeadGolden

  init() throws {
    golden = try HeadGolden.load()
  }

  @Test("the temperature is SciPy's minimum of the loss and the belief that logits are right")
  func temperature() {
    let temperature = Temperature.fit(golden.logits, labels: golden.testLabels)
    #expect(abs(temperature / golden.temperature - 1) < 1e-3)
  }

  @Test("logits that are right everywhere get a temperature that leaves a doubt")
  func temperatureWithoutMistakes() {
    let logits: [[Float]] = [[2, 0], [0, 2], [3, 0]]
    let temperature = Temperature.fit(logits, labels: [0, 1, 0])
    #expect(temperature > 0.5 && temperature < 1)
    #expect(Probabilities.of(logits[0], temperature: temperature)[1] > 0.02)
  }

  @Test("loss, precision, recall and F1 are scikit-learn's")
  func figures() {
    let figures = ClassificationFigures(golden.predictions, classCount: 3)
    #expect(abs(golden.predictions.loss - golden.loss) < 1e-5)
    #expect(abs(figures.macroF1 - golden.macroF1) < 1e-9)
    for (index, own) in figures.classes(["a", "b", "c"]).enumerated() {
      #expect(abs(own.precision - golden.precision[index]) < 1e-9)
      #expect(abs(own.recall - golden.recall[index]) < 1e-9)
      #expect(own.images == golden.counts[index])
    }
  }

  @Test("the calibration error is that of scikit-learn's curve")
  func calibration() {
    let figures = CalibrationFigures(golden.predictions, seed: 0)
    #expect(abs(figures.error - golden.calibrationError) < 1e-5)
    #expect(figures.bins.reduce(0) { $0 + $1.images } == golden.testLabels.count)
  }

  @Test("a classifier that is as sure as it should be is within what chance allows, nineteen times in twenty")
  func perfectCalibration() {
    let within = (0..<200).count { draw in
      let predictions = drawn(confidence: 0.8, images: 50, seed: UInt64(draw))
      let figures = CalibrationFigures(predictions, seed: 1)
      return figures.error <= figures.perfectErrorQuantile
    }
    #expect((180...198).contains(within))
  }

  @Test("the interval is SciPy's")
  func interval() {
    for case let known in golden.wilson {
      let interval = AccuracyInterval.wilson(share: Double(known.right) / Double(known.count), count: known.count)
      #expect(abs(interval[0] - known.interval[0]) < 1e-9 && abs(interval[1] - known.interval[1]) < 1e-9)
    }
  }

  /// Predictions of two classes that are right as often as they claim.
  private func drawn(confidence: Double, images: Int, seed: UInt64) -> Predictions {
    var generator = CounterGenerator(seed: seed, stream: .shuffle)
    let logit = Float(0.5 * log(confidence / (1 - confidence)))
    let labels = (0..<images).map { _ in generator.uniform() < confidence ? 0 : 1 }
    return Predictions(
      images: Array(0..<images), labels: labels, logits: labels.map { _ in [logit, -logit] })
  }
}
