import Foundation
import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// One run of an `Adapter`: what each stage has found, for the stages behind it.
///
/// Stages are called in their order; each reads what is above it.
struct AdaptationRun {
  let adapter: Adapter
  let extractor: FeatureExtractor
  let isStopping: @Sendable () -> Bool
  let tell: (AdaptationEvent) throws -> Void
  let photos: AdaptationPhotos
  let labels: [Int]
  var meter: StageMeter

  // What the stages find.
  /// One an image.
  var facts: [PhotoFacts] = []
  var audit = DataAudit()
  /// Places of images that can be read and are no copies of others.
  var usable: [Int] = []
  var baseRecord: AdaptationReport.Base?
  /// Over contents and labels of all images.
  var fingerprint = ""
  /// Rows of all images; zeros for those that are not usable.
  var data = LabelledFeatures(features: FeatureMatrix(rows: 0, columns: 0, values: []), labels: [], classCount: 0)
  var groups = PhotoGroups([], hashes: [], seed: 0)
  var choice: SplitChoice?
  /// What cross-validation tests by, where it does, and learning curves are drawn by.
  var folds: Folds?
  /// What heads are chosen by.
  var choosingFolds: Folds?
  var recipe: HeadRecipe?
  var fineTuned: (network: FineTunedNetwork, temperature: Double)?
  var published: AdaptationReport.Model?
  var evaluation: HeadEvaluation?
  var learningCurve: [AdaptationReport.LearningCurvePoint] = []
  /// Small pictures of files that a report names.
  var thumbnails: [String: [UInt8]] = [:]

  init(
    _ adapter: Adapter, _ extractor: FeatureExtractor, isStopping: @escaping @Sendable () -> Bool,
    report: @escaping (AdaptationEvent) throws -> Void
  ) {
    self.adapter = adapter
    self.extractor = extractor
    self.isStopping = isStopping
    tell = report
    photos = AdaptationPhotos(adapter.source)
    labels = photos.labels
    meter = StageMeter(fineTunes: adapter.settings.fineTunes, times: StageTimes(of: adapter))
  }

  var classes: [ClassLabel] { photos.dataSet.classes }

  mutating func progress(_ stage: AdaptationStage, _ fraction: Double, secondsLeft: Double? = nil) throws {
    try tell(.progress(meter.progress(stage, fraction, secondsLeft: secondsLeft)))
    if isStopping() { throw AdaptationError.stopped }
  }

  // MARK: Audit

  /// Looks at every photo by itself, and leaves out what cannot be used.
  mutating func auditPhotos() throws {
    try progress(.audit, 0)
    facts = try FactStore(directory: adapter.workFolder).facts(
      of: photos.dataSet, pool: adapter.pool, isStopping: isStopping
    ) { done in
      try progress(.audit, Double(done) / Double(photos.dataSet.count))
    }
    usable = UsablePhotos.places(facts, labels: labels, parts: photos.parts)
    let contents = facts.indices.map { "\(facts[$0].contentHash ?? "unreadable") \(labels[$0])" }
    fingerprint = SHA256.hexDigest(of: contents.sorted().joined(separator: "\n").utf8)
    try requireEnoughImages()
  }

  private func requireEnoughImages() throws {
    guard classes.count > 1 else {
      throw DataSetError.oneClass(place: adapter.origin, className: classes.first?.name ?? "none")
    }
    let names = classes.map(\.name)
    if let problem = PhotoMinimum.problem(usable: usable, facts, files: photos.files, labels: labels, classes: names) {
      throw problem
    }
  }

  /// A test set that was given may be as good as the training set, of which then nothing is left.
  private func requireEnoughToLearnFrom(_ choice: SplitChoice) throws(AdaptationError) {
    var counts = [Int](repeating: 0, count: classes.count)
    for index in choice.split.development { counts[labels[index]] += 1 }
    if let small = counts.firstIndex(where: { $0 < Self.minimumToLearnFrom }) {
      throw .tooFewLeft(className: classes[small].name, count: counts[small], minimum: Self.minimumToLearnFrom)
    }
  }

  /// Cross-validation takes away one image of a class, and one has to be left.
  static let minimumToLearnFrom = 2

  // MARK: Features

  mutating func extractFeatures() throws {
    try progress(.features, 0)
    let base = adapter.base
    let weights = try SHA256.hexDigest(of: base.directory.appendingPathComponent(ModelRepository.weightsFileName))
    baseRecord = AdaptationReport.Base(
      name: base.name, version: String(base.version), architecture: base.manifest.architecture, weights: weights,
      features: extractor.dimensions)
    let preprocessing = try AdaptedModel.json(extractor.preprocessing)
    let store = FeatureStore(
      directory: adapter.workFolder.appendingPathComponent("features"),
      origin: SHA256.hexDigest(
        of: preprocessing + Data("\(weights) \(adapter.build) \(adapter.kernels.rawValue) \(extractor.layer)".utf8)))
    let count = usable.count
    let features = try store.features(
      of: usable, hashes: usable.map { facts[$0].contentHash! }, in: photos.dataSet, extractor, isStopping: isStopping
    ) { done in try progress(.features, Double(done) / Double(count)) }
    data = LabelledFeatures(
      features: features.scattered(to: usable, rows: labels.count), labels: labels, classCount: classes.count)
  }

  // MARK: Split

  /// Finds near-duplicates, now that there are features, and divides the images.
  mutating func split() throws {
    try progress(.split, 0)
    var features = [[Float]](repeating: [], count: labels.count)
    for index in usable { features[index] = Array(data.features[index]) }
    guard
      let duplicates = NearDuplicates.find(facts, features: features, pool: adapter.pool, isStopping: isStopping)
    else { throw AdaptationError.stopped }
    audit = DataAudit(
      facts: facts, files: photos.files, labels: labels, classes: classes.map(\.name), nearDuplicates: duplicates,
      parts: photos.parts)
    groups = PhotoGroups(
      duplicates, hashes: facts.map { $0.contentHash ?? "" }, seed: adapter.settings.seed)
    let choice = SplitChoice(usable, photos, groups: groups, settings: adapter.settings)
    try requireEnoughToLearnFrom(choice)
    self.choice = choice
    folds = Folds(choice.split.development, labels: labels, groups: groups, count: adapter.settings.folds)
    choosingFolds = choosingFolds(choice.split.development, choice.evaluation)
    try SafeFile.write(
      try AdaptedModel.json(SplitFile(choice.split, folds!, files: photos.files)),
      to: adapter.workFolder.appendingPathComponent("split.json"))
    try tell(.log(choice.reason))
  }

  /// Of few images each part that is held out is missed: heads that learn from nine tenths tell more about one that learns
  /// from all of them, about its temperature above all.
  func choosingFolds(_ images: [Int], _ evaluation: AdaptationReport.Evaluation) -> Folds {
    let count = evaluation == .crossValidation ? 2 * adapter.settings.folds : adapter.settings.folds
    return Folds(images, labels: labels, groups: groups, count: count)
  }

  // MARK: Head

  mutating func chooseHead() throws {
    try progress(.head, 0)
    guard let choosingFolds else { preconditionFailure("the split comes before the head") }
    let recipe = try HeadRecipe(data, folds: choosingFolds, pool: adapter.pool, isStopping: isStopping)
    self.recipe = recipe
    let chosen = recipe.selection.chosen
    try tell(.log("chose \(chosen.kind.name): \(Self.percent(chosen.accuracy)) % by cross-validation"))
  }

  static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// The base with a new last layer.
  func contents(_ head: LinearHead) throws -> ModelContents {
    try adapter.base.contents.replacingHead(
      weights: WeightTensor(shape: [head.classCount, head.featureCount], values: head.weights), biases: head.bias,
      labels: classes)
  }

  // MARK: Publishing

  mutating func publishHead() throws {
    guard let recipe else { preconditionFailure("the head comes before publishing") }
    let images = folds.map { $0.parts.reduce(0) { $0 + $1.count } } ?? 0
    try publish(
      contents(recipe.head), .head, images: images, kind: recipe.selection.chosen.kind,
      temperature: recipe.temperature)
  }

  /// Puts a version into the repository, with its report: none is ever there without.
  mutating func publish(
    _ contents: ModelContents, _ method: AdaptationReport.Method, images: Int, kind: HeadKind, temperature: Double
  ) throws {
    let files = try reportFiles()
    try progress(.publish, 0)
    let record = AdaptationRecord(
      run: adapter.run, method: method, base: baseRecord!, data: dataRecord, classes: classes.map(\.name),
      trainingImages: images, head: kind.name, penalty: kind.penalty, temperature: temperature,
      settings: adapter.settings, build: adapter.build, kernels: adapter.kernels.rawValue)
    let model = AdaptedModel(
      name: adapter.name, repository: adapter.repository, base: adapter.base, addsToAnyName: adapter.addsToAnyName)
    let version = try model.publish(contents, record, files)
    let published = AdaptationReport.Model(name: adapter.name, version: String(version))
    self.published = published
    try files.write(version, to: [adapter.workFolder])
    try tell(.published(published))
  }

  var dataRecord: AdaptationReport.DataRecord {
    AdaptationReport.DataRecord(origin: adapter.origin, fingerprint: fingerprint)
  }
}

extension FeatureMatrix {
  /// Rows in the places of a larger matrix, zeros elsewhere.
  func scattered(to places: [Int], rows count: Int) -> FeatureMatrix {
    var all = [Float](repeating: 0, count: count * columns)
    for (row, place) in places.enumerated() {
      all.replaceSubrange(place * columns..<(place + 1) * columns, with: self[row])
    }
    return FeatureMatrix(rows: count, columns: columns, values: all)
  }
}
