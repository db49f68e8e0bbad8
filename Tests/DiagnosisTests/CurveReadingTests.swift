import Foundation
import TestSupport
import Testing

@testable import Diagnosis

/// A curve of Tests/Goldens/curves, with what is to be read in it.
struct LabelledCurve: Decodable, CustomTestStringConvertible, Sendable {
  let name: String
  let findings: [CurveFinding.Kind]
  let curve: [CurvePoint]

  var testDescription: String { name }

  static let drawn = load("drawn.json")
  static let real = load("real.json")

  private static func load(_ name: String) -> [LabelledCurve] {
    let file = Checkout.root.appendingPathComponent("Tests/Goldens/curves/\(name)")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([LabelledCurve].self, from: data)) ?? []
  }

  static let remedy: Comment = "If the curves themselves should change: Tests/Goldens/curves/generate.py"
}

@Suite("Readings of learning curves")
struct CurveReadingTests {
  @Test("there are twenty labelled curves, every finding among them, and ten real runs that are sound or not")
  func curves() {
    #expect(LabelledCurve.drawn.count == 20, LabelledCurve.remedy)
    #expect(Set(LabelledCurve.drawn.flatMap(\.findings)) == Set(CurveFinding.Kind.allCases))
    #expect(LabelledCurve.real.count { $0.findings.isEmpty } >= 8, LabelledCurve.remedy)
  }

  @Test("what was put into a curve is read in it, and nothing else", arguments: LabelledCurve.drawn)
  func drawn(curve: LabelledCurve) {
    let reading = CurveReading(curve.curve, classCount: 10)
    #expect(reading.findings.map(\.kind) == curve.findings, "\(reading.findings.map(\.observation))")
    #expect(CurveReading(curve.curve).findings.map(\.kind) == curve.findings, "without the number of classes")
  }

  @Test("real runs are read as they were set up, sound ones accused of nothing", arguments: LabelledCurve.real)
  func real(curve: LabelledCurve) {
    let reading = CurveReading(curve.curve, classCount: 10)
    #expect(reading.findings.map(\.kind) == curve.findings, "\(reading.findings.map(\.observation))")
    #expect(reading.verdict == (curve.findings.isEmpty ? .sound : .findings))
  }

  @Test(
    "the models that come with the program have sound curves", arguments: ["digits-lenet5", "fashion-resnet20"])
  func published(name: String) throws {
    let file = Checkout.root.appendingPathComponent("models/\(name)/1/training.json")
    let curve = try CurveFile(Data(contentsOf: file))
    #expect(curve.classCount == 10)
    #expect(CurveReading(curve.points, classCount: curve.classCount).verdict == .sound)
  }

  @Test(
    "one wild epoch changes no reading", arguments: LabelledCurve.drawn.filter { !$0.findings.contains(.exploding) })
  func outlier(curve: LabelledCurve) {
    // Not at an end, nor beside the step: there a single epoch is all that is known.
    var points = curve.curve
    let place = points.count * 2 / 3
    points[place].trainLoss *= 1.5
    #expect(CurveReading(points).findings.map(\.kind) == curve.findings)
  }

  @Test("every finding has numbers, an observation and advice")
  func completeness() {
    for finding in LabelledCurve.drawn.flatMap({ CurveReading($0.curve).findings }) {
      #expect(!finding.numbers.isEmpty && finding.numbers.allSatisfy(\.value.isFinite))
      #expect(finding.observation.hasSuffix(".") && finding.advice.hasSuffix("."))
      #expect(!finding.observation.contains("nan") && !finding.observation.contains("–"))
    }
  }

  @Test("no curve and a short one say nothing, but that a loss is no number")
  func short() {
    #expect(CurveReading([CurvePoint]()).verdict == .tooShort)
    let four = (1...4).map { CurvePoint(epoch: $0, trainLoss: 2.3, trainAccuracy: 0.1) }
    #expect(CurveReading(four).verdict == .tooShort)
    #expect(CurveReading([CurvePoint(epoch: 1, trainLoss: .nan)]).findings.map(\.kind) == [.exploding])
    #expect(CurveReading([CurvePoint](), hasDiverged: true).findings.map(\.kind) == [.exploding])
    #expect(
      CurveReading([CurvePoint(epoch: 1, trainLoss: 0), CurvePoint(epoch: 2, trainLoss: 0)]).verdict == .tooShort)
  }

  @Test("losses alone, without accuracies, validation and rates, can be read")
  func lossesAlone() {
    let falling = (1...20).map { CurvePoint(epoch: $0, trainLoss: 0.1 + 2 / Double($0)) }
    #expect(CurveReading(falling).findings.map(\.kind) == [.stillRising])
    let done = (1...20).map { CurvePoint(epoch: $0, trainLoss: 0.02 + 2 * pow(0.3, Double($0))) }
    #expect(CurveReading(done).verdict == .sound)
  }

  @Test("a smoothed loss that hardly falls is no guess where nearly every image is right", arguments: [10, nil])
  func smoothed(classCount: Int?) {
    let points = (1...14).map { epoch in
      CurvePoint(
        epoch: epoch, trainLoss: 2.31 - 0.001 * Double(epoch), trainAccuracy: 0.1 + 0.8 * Double(epoch) / 14,
        learningRate: 0.1)
    }
    let reading = CurveReading(points, classCount: classCount)
    #expect(!reading.findings.map(\.kind).contains(.flatFromStart))
  }

  @Test("extreme values end no reading with a crash")
  func extremes() {
    for value in [0.0, -1, 1e300, -1e300, .infinity, 1e-300, .leastNonzeroMagnitude] {
      for other in [0.0, 1, 1e300] {
        let points = (0..<12).map { index in
          CurvePoint(
            epoch: index, trainLoss: index.isMultiple(of: 2) ? value : other, trainAccuracy: value,
            validationLoss: other, validationAccuracy: other, learningRate: index > 5 ? value : other)
        }
        #expect(CurveReading(points).epochs == 12)
      }
    }
  }
}

@Suite("Robust lines")
struct RobustLineTests {
  @Test("a straight line is found through noise and an outlier")
  func slope() {
    var values = (0..<20).map { 3 - 0.25 * Double($0) + ($0.isMultiple(of: 2) ? 0.01 : -0.01) }
    values[7] = 100
    let line = RobustLine(values)
    #expect(abs(line.slope + 0.25) < 0.005)
    #expect(abs(line.change + 0.25 * 19) < 0.1)
    #expect(line.spread < 0.05 && line.isSloped)
  }

  @Test("noise has no slope, and its size is found on a curve")
  func noise() {
    // scipy.stats.norm.ppf of 40 shuffled ranks (numpy.random.default_rng(1).permutation).
    let draws = [
      0.36, -1.42, 0.1, 1.8, -0.48, 0.83, -0.03, -2.24, 0.61, -0.69, 1.27, 0.03, -1.08, 0.42, -0.29, 2.24, -0.16, -0.93,
      0.55, 0.93, -1.8, 0.22, -0.42, 1.08, 0.16, -0.55, -1.27, 0.69, 0.29, -0.1, 1.42, -0.61, -0.22, 0.76, -0.76, 0.48,
      -0.36, 1.6, -0.83, -1.6,
    ]
    #expect(!RobustLine(draws).isSloped)
    let curved = draws.enumerated().map { 0.02 * $1 + 2 / (1 + Double($0) / 5) }
    #expect((0.01...0.04).contains(Statistics.noise(curved)))
  }
}
