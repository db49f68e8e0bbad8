import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import Synchronization
import TestSupport
import Testing
import Training

@testable import Adaptation

/// Whole runs, on pictures of noise around a colour and with the smallest pretrained network.
@Suite struct AdapterTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy(Checkout.model, to: "models/resnet8-cifar10")
  }

  private func write(_ number: Int, _ colour: [Int], to path: String) throws {
    var generator = CounterGenerator(seed: UInt64(number), stream: .learningCurve)
    let pixels = generator.permutation(32 * 32 * 3).enumerated().map { place, value in
      UInt8(clamping: colour[place % 3] + value % 100)
    }
    let file = folder.url.appendingPathComponent("photos/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(ThumbnailEncoder.jpeg(of: PixelImage(width: 32, height: 32, pixels: pixels))).write(to: file)
  }

  private func adapter(_ pool: WorkerPool) throws -> Adapter {
    let repository = ModelRepository(path: folder.url.appendingPathComponent("models").path)
    return Adapter(
      base: try repository.package(named: "resnet8-cifar10"),
      source: try DataSource.open(folder.url.appendingPathComponent("photos")), origin: "noise", name: "noise",
      repository: repository, settings: AdaptationSettings(), workFolder: folder.url.appendingPathComponent("work"),
      run: "run", build: "test", pool: pool)
  }

  @Test("copies across given parts are tested with and not learned from; what contradicts itself is used for nothing")
  func givenParts() throws {
    for number in 0..<12 {
      let part = number < 8 ? "train" : "test"
      try write(number, [150, 20, 20], to: "\(part)/red/\(number).jpg")
      try write(100 + number, [20, 20, 150], to: "\(part)/blue/\(number).jpg")
    }
    try write(9, [150, 20, 20], to: "train/red/copy.jpg")
    try write(110, [20, 20, 150], to: "train/red/wrong.jpg")
    let report = try adapter(WorkerPool(threadCount: 2)).run().report
    #expect(report.audit.leaks.contains { $0 == ["train/red/copy.jpg", "test/red/9.jpg"] })
    #expect(report.audit.contradictions == [["train/red/wrong.jpg", "test/blue/10.jpg"]])
    #expect(report.audit.contradictionLabels == [["red", "blue"]])
    // Of the test one picture is left out, as it contradicts another.
    #expect(report.images.test == 7 && report.images.used == 23)
    #expect(report.images.training + report.images.validation == 16)
  }

  @Test("nothing is learned from a training set that is the test set")
  func nothingLeft() throws {
    for number in 0..<4 {
      for part in ["train", "test"] {
        try write(number, [150, 20, 20], to: "\(part)/red/\(number).jpg")
        try write(100 + number, [20, 20, 150], to: "\(part)/blue/\(number).jpg")
      }
    }
    #expect(throws: AdaptationError.tooFewLeft(className: "blue", count: 0, minimum: 2)) {
      try adapter(WorkerPool(threadCount: 2)).run()
    }
  }

  @Test(
    "a model of others that came while the run computed is not added to, unless that is wanted",
    arguments: [false, true])
  func nameTaken(_ addsToAnyName: Bool) throws {
    for number in 0..<6 {
      try write(number, [150, 20, 20], to: "red/\(number).jpg")
      try write(100 + number, [20, 20, 150], to: "blue/\(number).jpg")
    }
    var adapter = try adapter(WorkerPool(threadCount: 2))
    adapter.addsToAnyName = addsToAnyName
    let tell = { (event: AdaptationEvent) in
      guard case .progress(let progress) = event, progress.stage == .publish else { return }
      try folder.copy(Checkout.model, to: "models/noise")
    }
    let models = adapter.repository
    if addsToAnyName {
      #expect(try adapter.run(report: tell).report.model.version == "2")
    } else {
      #expect(throws: TrainedModelError.nameInUse(name: "noise")) { try adapter.run(report: tell) }
    }
    #expect(try models.versions(of: "noise") == (addsToAnyName ? [1, 2] : [1]))
    let left = try FileManager.default.contentsOfDirectory(atPath: models.directory.path)
    #expect(left.sorted() == ["noise", "resnet8-cifar10"])
    // What is done counts: once that model is gone, the run goes on.
    guard !addsToAnyName else { return }
    try FileManager.default.removeItem(at: models.directory.appendingPathComponent("noise"))
    #expect(try adapter.run().report.model.version == "1")
  }

  @Test("a run that was interrupted counts the seconds of all attempts")
  func attempts() throws {
    for number in 0..<6 {
      try write(number, [150, 20, 20], to: "red/\(number).jpg")
      try write(100 + number, [20, 20, 150], to: "blue/\(number).jpg")
    }
    let adapter = try adapter(WorkerPool(threadCount: 2))
    let flag = Flag()
    #expect(throws: AdaptationError.stopped) {
      try adapter.run(isStopping: { flag.isRaised.load(ordering: .relaxed) }) { event in
        if case .progress(let progress) = event, progress.stage == .head {
          flag.isRaised.store(true, ordering: .relaxed)
        }
      }
    }
    let before = StageTimes(of: adapter).load()
    #expect(Set(before.keys) == ["audit", "features", "split", "head"])
    let report = try adapter.run().report
    for (stage, seconds) in before { #expect(report.seconds[stage]! > seconds) }
    #expect(Set(report.seconds.keys) == Set(AdaptationStage.allCases.map(\.rawValue)).subtracting(["fine-tune"]))
    #expect(report.seconds.values.allSatisfy { $0 > 0 })
  }
}

private final class Flag: Sendable {
  let isRaised = Atomic(false)
}
