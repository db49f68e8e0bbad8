@testable import Adaptation

/// Reports as they might come from photos of birds, for tests and for eyes.
enum SampleReport {
  /// - Parameters:
  ///   - names: of the classes, at least two.
  ///   - wrap: what becomes of each text that a user may have chosen.
  static func report(names: [String], perClass: Int = 15, wrap: (String) -> String = { $0 }) -> AdaptationReport {
    let names = names.map(wrap)
    let confusion = confusion(count: names.count, perClass: perClass)
    let right = names.indices.reduce(0) { $0 + confusion[$1][$1] }
    let total = confusion.joined().reduce(0, +)
    let accuracy = Double(right) / Double(total)
    return AdaptationReport(
      accuracy: accuracy, accuracyInterval: [max(0, accuracy - 0.11), min(1, accuracy + 0.06)],
      macroF1: accuracy - 0.01, evaluation: .testSet, classes: classes(names, confusion), confusion: confusion,
      calibrationError: 0.042, calibration: calibration, method: .fineTuned,
      reason: wrap(
        "Logistic regression had the highest accuracy in cross-validation; the simplest penalty within one standard "
          + "error of it was taken. Fine-tuning improved the validation by more than its standard error."),
      baselines: .init(majority: 1 / Double(names.count) + 0.02, nearestMean: accuracy - 0.07, ridge: accuracy - 0.02),
      candidates: candidates(wrap), fineTuning: fineTuning(wrap), learningCurve: learningCurve(accuracy),
      mistakes: mistakes(names, confusion, wrap), audit: audit(names, wrap),
      images: .init(training: 140, validation: 30, test: total, used: 170 + total),
      model: .init(name: wrap("my-birds"), version: wrap("2")),
      base: .init(
        name: wrap("efficientnet-lite0"), version: wrap("1"), architecture: wrap("EfficientNet-Lite0"),
        weights: wrap(String(repeating: "5f0c", count: 16)), features: 1280),
      data: .init(origin: wrap("the folder birds"), fingerprint: wrap(String(repeating: "a91e", count: 16))),
      seconds: [
        "audit": 2.1, "split": 0.1, "features": 7.9, "head": 3.4, "calibration": 0.2, "publish": 0.6, "evaluate": 0.9,
        "fine-tune": 71.2, wrap("later"): 0.3,
      ],
      settings: AdaptationSettings(fineTunes: true, seed: 7), build: wrap("convserve 0.9.0 (x86-64, AVX-512)"))
  }

  static let birds = report(names: ["blackbird", "great tit", "house sparrow"])

  /// As little as a report can hold.
  static var empty: AdaptationReport {
    var report = report(names: ["one", "two"], perClass: 3)
    (report.confusion, report.accuracyInterval, report.reason) = ([[0, 0], [0, 0]], [], "")
    (report.candidates, report.learningCurve, report.mistakes) = ([], [], [])
    (report.calibration.bins, report.seconds, report.fineTuning) = ([], [:], nil)
    report.audit = DataAudit()
    return report
  }

  static func names(_ count: Int) -> [String] {
    let birds = [
      "blackbird", "great tit", "house sparrow", "robin", "wren", "jay", "European goldfinch", "nuthatch", "kingfisher",
      "great spotted woodpecker", "starling", "chaffinch",
    ]
    return (0..<count).map { $0 < birds.count ? birds[$0] : "\(birds[$0 % birds.count]) \($0 / birds.count + 1)" }
  }

  /// Neighbours are confused, some more than others.
  private static func confusion(count: Int, perClass: Int) -> [[Int]] {
    (0..<count).map { label in
      var row = [Int](repeating: 0, count: count)
      let wrong = [0, 1, 3, 0, 2][label % 5] * perClass / 15
      row[label] = perClass - wrong
      row[(label + 1) % count] += wrong > 1 ? wrong - 1 : wrong
      if wrong > 1 { row[(label + count - 1) % count] += 1 }
      return row
    }
  }

  private static func classes(_ names: [String], _ confusion: [[Int]]) -> [AdaptationReport.ClassFigures] {
    names.indices.map { index in
      let (row, column) = (confusion[index].reduce(0, +), confusion.reduce(0) { $0 + $1[index] })
      return .init(
        name: names[index], precision: column > 0 ? Double(confusion[index][index]) / Double(column) : 0,
        recall: row > 0 ? Double(confusion[index][index]) / Double(row) : 0, images: row)
    }
  }

  private static let calibration = AdaptationReport.Calibration(
    temperature: 1.31,
    bins: [
      .init(images: 2, confidence: 0.46, accuracy: 0.5), .init(images: 3, confidence: 0.57, accuracy: 0.667),
      .init(images: 4, confidence: 0.74, accuracy: 0.75), .init(images: 8, confidence: 0.86, accuracy: 0.875),
      .init(images: 28, confidence: 0.97, accuracy: 1),
    ], perfectErrorQuantile: 0.088)

  private static func candidates(_ wrap: (String) -> String) -> [AdaptationReport.Candidate] {
    [
      .init(head: wrap("logistic regression"), penalty: 0.01, accuracy: 0.912, standardError: 0.021, loss: 0.263),
      .init(head: wrap("logistic regression"), penalty: 0.0001, accuracy: 0.918, standardError: 0.022, loss: 0.284),
      .init(head: wrap("ridge"), penalty: 10, accuracy: 0.9, standardError: 0.024, loss: 0.351),
      .init(head: wrap("nearest mean"), penalty: nil, accuracy: 0.859, standardError: 0.027, loss: 0.42),
    ]
  }

  private static func fineTuning(_ wrap: (String) -> String) -> AdaptationReport.FineTuning {
    .init(
      frozenUpTo: wrap("blocks.4"), trainedParameters: 2_178_304, learningRate: 0.0005, headAccuracy: 0.9,
      accuracy: 0.967, standardError: 0.046, isAccepted: true,
      epochs: (1...12).map { epoch in
        let share = 1 / Double(epoch)
        return .init(
          epoch: epoch, trainLoss: 0.02 + 0.3 * share, validationLoss: 0.15 + 0.13 * share + 0.002 * Double(epoch),
          validationAccuracy: 0.967 - 0.067 * share)
      })
  }

  private static func learningCurve(_ accuracy: Double) -> [AdaptationReport.LearningCurvePoint] {
    [(18, 0.19), (35, 0.11), (70, 0.05), (140, 0)].map {
      .init(images: $0, accuracy: accuracy - $1, trainingAccuracy: 0.995 + $1 / 50)
    }
  }

  private static func mistakes(
    _ names: [String], _ confusion: [[Int]], _ wrap: (String) -> String
  ) -> [AdaptationReport.Mistake] {
    let wrong = names.indices.flatMap { label in
      names.indices.flatMap { predicted in
        (0..<(label == predicted ? 0 : confusion[label][predicted])).map { (label, predicted, $0) }
      }
    }
    return wrong.prefix(20).enumerated().map { index, mistake in
      .init(
        file: wrap("\(names[mistake.0])/IMG_2026\(1000 + index * 37).jpg"), label: names[mistake.0],
        predicted: names[mistake.1], probability: 0.97 - 0.03 * Double(index))
    }
  }

  private static func audit(_ names: [String], _ wrap: (String) -> String) -> DataAudit {
    var audit = DataAudit()
    audit.unreadable = [wrap("wren/broken.jpg"), wrap("wren/empty.png")]
    audit.unreadableReasons = [wrap("wren/broken.jpg"): wrap("The JPEG is corrupt: premature end")]
    audit.duplicates = [[wrap("a/1.jpg"), wrap("a/1 (copy).jpg")]]
    audit.contradictions = [[wrap("a/9.jpg"), wrap("b/9.jpg")]]
    audit.contradictionLabels = [[names[0], names[1]]]
    audit.leaks = [[wrap("train/a/5.jpg"), wrap("test/a/5.jpg")]]
    audit.nearDuplicates = [
      [wrap("a/2.jpg"), wrap("a/2-small.jpg")], [wrap("b/3.jpg"), wrap("b/3-cropped.jpg"), wrap("b/4.jpg")],
    ]
    audit.suspectLabels = (0..<4).map {
      .init(
        file: wrap("\(names[0])/IMG_77\($0).jpg"), label: names[0], suggested: names[1],
        confidence: 0.98 - 0.04 * Double($0))
    }
    audit.smallClasses = [.init(name: names[1], images: 12)]
    audit.findings = DataAudit.Finding.Kind.allCases.map {
      .init(kind: $0, file: wrap("c/\($0.rawValue).jpg"), value: $0 == .tiny ? 24 : $0 == .elongated ? 6.2 : 0.04)
    }
    return audit
  }

  static func comparison(wrap: (String) -> String = { $0 }) -> ComparisonReport {
    let ways: [(String, ComparisonReport.Method, [Double], Double)] = [
      ("efficientnet-lite0", .head, [0.81, 0.88, 0.91, 0.93], 4),
      ("efficientnet-lite0", .fineTuned, [0.79, 0.89, 0.93, 0.96], 70),
      ("efficientnet-lite0", .fromScratch, [0.38, 0.44, 0.53, 0.64], 400),
      ("resnet18", .head, [0.77, 0.84, 0.88, 0.9], 6),
    ]
    let shares = [(0.1, 18), (0.25, 45), (0.5, 90), (1.0, 180)]
    return ComparisonReport(
      origin: wrap("the folder birds"), classes: 3, evaluatedImages: 45, majority: 0.35,
      rows: ways.flatMap { base, method, accuracies, seconds in
        zip(shares, accuracies).map { share, accuracy in
          .init(
            base: wrap(base), method: method, share: share.0, images: share.1, accuracy: accuracy,
            accuracyInterval: [accuracy - 0.1, min(1, accuracy + 0.05)], seconds: seconds * (0.3 + share.0))
        }
      }, seed: 7, build: wrap("convserve 0.9.0"))
  }
}
