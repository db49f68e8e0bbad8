import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// What a run keeps and what it trains, decided before anything is computed.
struct FineTuningPlan: Sendable {
  enum Part { case training, validation }

  let boundary: FrozenBoundary
  let cut: NetworkCut
  /// Views of each training image; an image to be judged by has one.
  let views: Int
  let mapCount: Int
  private let classCount: Int
  private let trainingCount: Int
  private let validationCount: Int
  /// Multiply-accumulates of one picture below and above the boundary.
  private let cost: (below: Double, above: Double)

  /// The best boundary with as many views as may be kept; then fewer views; then boundaries with smaller maps.
  ///
  /// - Throws: `FineTuningError.noBoundary`, `.mapsTooLarge`; `ShapeError`.
  init(_ network: Network, images: FineTuningImages, settings: FineTuningSettings) throws {
    let boundaries = try FrozenBoundary.all(of: network)
    guard let wanted = FrozenBoundary.best(of: boundaries, maximumMapBytes: .max) else {
      throw FineTuningError.noBoundary(network: network.name)
    }
    trainingCount = images.training.count
    validationCount = images.validation.count
    let room = settings.maximumMapBytes / wanted.mapBytes - images.validation.count
    let affordable = min(room / images.training.count, max(settings.views, 1))
    let single = images.training.count + images.validation.count
    let limit = settings.maximumMapBytes / single
    guard let boundary = affordable > 0 ? wanted : FrozenBoundary.best(of: boundaries, maximumMapBytes: limit) else {
      throw FineTuningError.mapsTooLarge(
        bytes: (boundaries.map(\.mapBytes).min() ?? 0) * single, maximum: settings.maximumMapBytes)
    }
    self.boundary = boundary
    views = max(affordable, 1)
    mapCount = trainingCount * views + validationCount
    classCount = try network.inferShapes().output.elementsPerSample
    cut = try network.cut(behind: boundary.layer)
    cost = (try cut.lower.multiplyAccumulates(), try cut.upper.multiplyAccumulates())
  }

  /// What is kept and what is trained, for a log.
  var description: String {
    let shape = boundary.mapShape.map(String.init).joined(separator: "x")
    return
      "layers up to \(boundary.layer) stay as they are; those above, \(Int((boundary.trainedShare * 100).rounded())) % "
      + "of the arithmetic, are trained; \(mapCount) maps of \(shape) are kept, \(views) of each training image, "
      + "\((mapCount * boundary.mapBytes + 999_999) / 1_000_000) MB"
  }

  // MARK: What lies in the file

  func pictures(_ images: FineTuningImages) -> [Picture] {
    images.training.flatMap { sample in (0..<views).map { Picture(sample: sample, view: $0) } }
      + images.validation.map { Picture(sample: $0, view: 0) }
  }

  func source(_ part: Part, _ images: FineTuningImages, _ file: MapFile, seed: UInt64?) -> MapSource {
    let samples =
      switch part {
      case .training:
        images.training.enumerated().map { place, index in
          MapSource.Sample(label: images.labels[index], maps: place * views..<(place + 1) * views)
        }
      case .validation:
        images.validation.enumerated().map { place, index in
          let map = trainingCount * views + place
          return MapSource.Sample(label: images.labels[index], maps: map..<map + 1)
        }
      }
    return MapSource(
      file, samples, classCount: classCount, mapShape: boundary.mapShape, shufflingBy: seed)
  }

  func upperWeights(_ weights: Weights) throws -> Weights {
    let names = Set(try cut.upper.parameters().map(\.name))
    return weights.filter { names.contains($0.key) }
  }

  // MARK: Work

  /// Multiply-accumulates of so much of the work. A step costs three times the way forward.
  func work(maps: Int? = nil, epochs: Double = 0) -> Double {
    let epoch = cost.above * Double(3 * trainingCount + validationCount)
    return cost.below * Double(maps ?? mapCount) + epoch * epochs
  }

  func work(epochs: Int) -> Double { work(maps: nil, epochs: Double(epochs)) }

  // MARK: Report

  func summary(
    _ comparison: PairedComparison, _ settings: FineTuningSettings, _ trained: TrainedNetwork?
  ) throws -> AdaptationReport.FineTuning {
    let learned = try cut.upper.parameters().filter { $0.role.kind != .statistic }
    return AdaptationReport.FineTuning(
      frozenUpTo: boundary.layer, trainedParameters: learned.reduce(0) { $0 + $1.count },
      learningRate: settings.learningRate, headAccuracy: comparison.accuracies.first,
      accuracy: comparison.accuracies.second, standardError: comparison.standardError,
      isAccepted: trained != nil && comparison.prefersSecond,
      epochs: trained?.curve.map(AdaptationReport.FineTuning.Epoch.init) ?? [])
  }
}

extension Network {
  /// Of one sample.
  fileprivate func multiplyAccumulates() throws -> Double {
    let shapes = try inferShapes()
    return zip(nodes, shapes.layers).reduce(0) { sum, layer in
      let (node, shapes) = layer
      return sum + Double(node.operator.definition.multiplyAccumulates(inputs: shapes.inputs, output: shapes.output))
    }
  }
}

extension FineTuningSettings {
  /// As the trainer takes them. What concerns images is done with: the maps are what is trained with.
  func training(
    _ plan: FineTuningPlan, _ model: ModelContents, _ images: FineTuningImages, seed: UInt64
  ) -> TrainingSettings {
    TrainingSettings(
      architecture: plan.cut.upper.name, input: plan.boundary.mapShape, preprocessing: model.preprocessing,
      validation: .count(images.validation.count), epochs: epochs, batchSize: min(batchSize, images.training.count),
      optimizer: OptimizerSettings(.adamw, weightDecay: weightDecay), learningRate: learningRate,
      schedule: .cosine(CosineSchedule()), warmUp: 1, labelSmoothing: 0, classWeights: .none, augmentation: .none,
      initialization: Initialization(.pytorch), average: .none, earlyStopping: patience, seed: seed)
  }
}
