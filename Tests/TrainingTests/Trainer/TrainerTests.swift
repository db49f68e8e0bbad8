import Foundation
import InferenceRuntime
import NetworkGraph
import Synchronization
import TestSupport
import Testing

@testable import ModelServing
@testable import Training

@Suite("Trainer")
struct TrainerTests {
  @Test("a run learns, tells each epoch, and reads the test images once")
  func learns() throws {
    let run = try TestRun(epochs: 8)
    var names: [String] = []
    let trained = try run.run { event in
      switch event {
      case .step: names.append("step")
      case .epoch(let record): names.append("epoch \(record.epoch)")
      case .checkpoint(let epoch, _): names.append("checkpoint \(epoch)")
      case .done(let epochs): names.append("done \(epochs)")
      case .unreadable(let image): Issue.record("\(image)")
      case .untested(let error): Issue.record("\(error)")
      }
    }
    #expect(trained.curve.map(\.epoch) == Array(1...8))
    #expect(trained.curve[7].trainLoss < trained.curve[0].trainLoss)
    #expect(trained.curve[7].validationAccuracy! > 0.6)
    #expect(trained.test!.images == 60)
    #expect(trained.test!.accuracy > 0.6)
    #expect(run.test.readings.withLock { $0 } == 1)
    // 150 images, batches of 16: nine full ones.
    #expect(Array(names.prefix(11)) == [String](repeating: "step", count: 9) + ["checkpoint 1", "epoch 1"])
    #expect(names.last == "done 8")
  }

  @Test("a run that was stopped anywhere ends with the same bits", arguments: OptimizerName.allCases, 0..<3)
  func resumed(name: OptimizerName, average: Int) throws {
    func run() throws -> TestRun {
      var run = try TestRun(epochs: 5)
      run.settings.optimizer = OptimizerSettings(name, momentum: 0.5, weightDecay: 1e-3, gradientClipping: 0.5)
      run.settings.average = [.none, .exponential(decay: 0.9), .lastEpochs(3)][average]
      return run
    }
    let undisturbed = try run().run()
    let disturbed = try run()
    for steps in [9, 3, 11, 1, 14] {
      let error = #expect(throws: TrainerError.self) { try disturbed.run(isResuming: true, stoppingAfter: steps) }
      guard case .stopped = error else {
        Issue.record("\(error as Any)")
        return
      }
    }
    let resumed = try disturbed.run(isResuming: true)
    #expect(resumed.weights.mapValues(\.values) == undisturbed.weights.mapValues(\.values))
    #expect(resumed.curve.map(\.trainLoss) == undisturbed.curve.map(\.trainLoss))
    #expect(resumed.curve.map(\.validationLoss) == undisturbed.curve.map(\.validationLoss))
    #expect(resumed.test == undisturbed.test)
  }

  @Test("two and four threads give the bits of one")
  func threads() throws {
    let results = try [1, 2, 4].map { threads in
      var run = try TestRun()
      run.threads = threads
      let trained = try run.run()
      return (trained.weights.mapValues(\.values), trained.curve.map(\.validationLoss))
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test("a loss that is no number stops the run with step, rate and advice; the checkpoint stays")
  func diverged() throws {
    var run = try TestRun()
    run.failingStep = 20
    let path = run.checkpoints.file.path
    let error = #expect(throws: TrainerError.self) { try run.run() }
    guard case .diverged(21, 3, _, let rate, path)? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(rate > 0)
    for words in ["step 21", "rate", "--warm-up", "--initialization", path] {
      #expect(error?.description.contains(words) == true, "\(error as Any)")
    }
    #expect(try run.checkpoints.load()?.progress.curve.count == 2)
    run.failingStep = nil
    #expect(try run.run(isResuming: true).curve.count == 4)
  }

  @Test("weights that became infinite in the last step are not kept")
  func divergedWeights() throws {
    var run = try TestRun()
    run.settings.learningRate = 1e38
    run.settings.optimizer.gradientClipping = nil
    run.settings.average = .none
    run.settings.schedule = .constant(ConstantSchedule())
    #expect(throws: TrainerError.self) { try run.run() }
    #expect(try run.checkpoints.load() == nil)
  }

  @Test("early stopping ends with the weights of the best epoch")
  func earlyStopping() throws {
    var run = try TestRun(epochs: 40)
    run.settings.earlyStopping = 3
    run.settings.average = .none
    run.settings.schedule = .constant(ConstantSchedule())
    run.settings.learningRate = 0.5
    let trained = try run.run()
    let best = try #require(trained.bestEpoch)
    #expect(trained.curve.count == best + 3)
    #expect(trained.curve.compactMap(\.validationLoss).min() == trained.curve[best - 1].validationLoss)
    let evaluator = Evaluator(
      network: try SoftmaxRegression.network(classes: 3), kernels: .portable, pool: WorkerPool(threadCount: 1))
    #expect(
      try evaluator.evaluate(trained.weights, on: run.data.validation!).loss == trained.curve[best - 1].validationLoss)
    let stopped = try run.folder.url.appendingPathComponent(".training").checkResourceIsReachable()
    #expect(stopped)
    #expect(try run.run(isResuming: true).weights.mapValues(\.values) == trained.weights.mapValues(\.values))
  }

  @Test("data that nothing can be learned from are refused")
  func badData() throws {
    func expect(_ error: some Error & Equatable, _ change: (inout TestRun) -> Void) throws {
      var run = try TestRun()
      change(&run)
      #expect(throws: error) { try run.run() }
    }
    try expect(DataSetError.tooFewImages(place: "blobs", count: 150, batchSize: 151)) { $0.settings.batchSize = 151 }
    try expect(DataSetError.emptyClass(place: "blobs", className: "b")) {
      $0.data.training = BlobSource(classCounts: [100, 0, 1], seed: 1)
    }
    try expect(DataSetError.oneClass(place: "blobs", className: "a")) {
      ($0.data.classes, $0.data.training) = ([ClassLabel(name: "a")], BlobSource(classCounts: [100], seed: 1))
    }
    try expect(TrainerError.classes(given: 4, outputs: 3)) {
      $0.data.classes.append(ClassLabel(name: "d"))
      $0.data.training = BlobSource(classCounts: [9, 9, 9, 9], seed: 1)
    }
    try expect(DataSetError.noImages(place: "blobs, validation")) {
      $0.data.validation = BlobSource(classCounts: [0, 0, 0], seed: 1)
    }
  }

  @Test("a class without a readable image is found before the first step")
  func unreadableClass() throws {
    var run = try TestRun()
    run.data.training = FaultySource(classCounts: [50, 50, 50], unreadableClass: 2)
    #expect(throws: DataSetError.unreadableClass(place: "blobs", className: "<c>")) { try run.run() }
  }

  @Test("test images that cannot be read cost their figure, not the network")
  func untested() throws {
    var run = try TestRun(epochs: 2)
    run.data.test = FaultySource(classCounts: [20, 20, 20], unreadableClass: nil)
    var told: [DataSetError] = []
    let trained = try run.run { if case .untested(let error) = $0 { told.append(error) } }
    #expect(trained.curve.count == 2)
    #expect(trained.test == nil)
    #expect(told == [FaultySource.error])
  }

  @Test("class weights are one for each class; balanced ones are scikit-learn's")
  func classWeights() throws {
    #expect(try ClassWeighting.none.weights(counts: [1, 3]) == nil)
    #expect(try ClassWeighting.balanced.weights(counts: [1, 3]) == [2, 2.0 / 3])
    #expect(try ClassWeighting("1,2.5")!.weights(counts: [1, 3]) == [1, 2.5])
    #expect(throws: TrainerError.classWeights(given: 2, classes: 3)) {
      try ClassWeighting("1,2")!.weights(counts: [1, 1, 1])
    }
    for text in ["", "1,", "0,1", "-1,1", "balance"] { #expect(ClassWeighting(text) == nil, "\(text)") }
  }

  @Test("what a run makes is a model that a server can read, with its record and curve; the checkpoint is gone")
  func published() throws {
    let run = try TestRun()
    let repository = ModelRepository(path: run.folder.url.path)
    let checkpoints = run.checkpoints
    try checkpoints.open()
    let trainer = try run.trainer(checkpoints)
    let trained = try trainer.run()
    let version = try trainer.publish(trained, as: "blobs", in: repository, licence: "CC0-1.0")
    #expect((version.name, version.version) == ("blobs", 1))
    #expect(!FileManager.default.fileExists(atPath: run.folder.url.appendingPathComponent(".training").path))
    let record = try JSONDecoder().decode(
      TrainingRecord.self, from: Data(contentsOf: version.directory.appendingPathComponent("training.json")))
    #expect(record == trainer.record(of: trained))
    #expect(record.settings == run.settings)
    #expect(record.data.trainingImages == 150)
    let svg = try String(contentsOf: version.directory.appendingPathComponent("training.svg"), encoding: .utf8)
    #expect(svg.contains("<title>blobs</title>"))
    let manifest = try ModelManifest(directory: version.directory)
    #expect(manifest.licence == "CC0-1.0")
    #expect(manifest.numClasses == 3)
    #expect(manifest.source.contains("0123456789abcdef"))
    #expect(
      try LabelFile.read(version.directory.appendingPathComponent("labels.txt")).map(\.name) == ["a", "b", "<c>"])

    // As if the program had ended before it could take the checkpoint away.
    #expect(try trainer.publish(trained, as: "blobs", in: repository).version == 1)
    let again = try run.trainer(nil)
    #expect(try again.publish(again.run(), as: "blobs", in: repository).version == 2)
  }

  @Test("a version is added to no model but one that training made, with the same classes")
  func names() throws {
    var run = try TestRun()
    let repository = ModelRepository(path: run.folder.url.path)
    try run.folder.copy(Checkout.model, to: "taken")
    let trainer = try run.trainer(nil)
    let trained = try trainer.run()
    #expect(throws: TrainedModelError.self) { try trainer.publish(trained, as: "taken", in: repository) }
    _ = try trainer.publish(trained, as: "mine", in: repository)
    run.data.classes[2] = ClassLabel(name: "d")
    let other = try run.trainer(nil)
    let error = #expect(throws: TrainedModelError.self) { try other.publish(other.run(), as: "mine", in: repository) }
    #expect(error == .otherClasses(name: "mine", known: ["a", "b", "<c>"], found: ["a", "b", "d"]))
    #expect(throws: ModelRepositoryError.self) { try trainer.publish(trained, as: "../x", in: repository) }
    #expect(try repository.versions(of: "mine") == [1])
  }
}

/// Images of which too many are unreadable.
private final class FaultySource: BatchSource {
  static let error = DataSetError.tooManyUnreadable(place: "blobs", limit: 10, examples: [])

  let classCounts: [Int]
  private let unreadableClass: Int?

  init(classCounts: [Int], unreadableClass: Int?) {
    self.classCounts = classCounts
    self.unreadableClass = unreadableClass
  }

  func firstUnreadableClass() -> Int? { unreadableClass }

  func forEachBatch(
    epoch: Int, batchSize: Int, dropsLast: Bool, _ body: (TrainingBatch) throws -> Void
  ) throws {
    throw Self.error
  }
}
