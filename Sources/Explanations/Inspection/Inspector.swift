import ImageInput
import ModelServing
import NetworkGraph

/// Looks into one model: what the network saw of a picture, what its layers made of it, and which parts of the picture speak
/// for a class.
public struct Inspector: Sendable {
  public let model: InspectedModel
  private let held: HeldNetwork
  private let line: ExplanationLine

  /// - Parameter held: keeps weights and plans from one question to the next.
  public init(_ model: InspectedModel, held: HeldNetwork = HeldNetwork(), line: ExplanationLine) {
    (self.model, self.held, self.line) = (model, held, line)
  }

  /// Of a model that classifies; its weights and plans end with it.
  ///
  /// - Throws: `BatchQueueError.closed` once the model is closed.
  public init(_ model: ServedModel, line: ExplanationLine) throws(BatchQueueError) {
    self.init(InspectedModel(model), held: try model.companion(HeldNetwork.self), line: line)
  }

  /// The model's preprocessing with the crop that is asked for.
  ///
  /// - Throws: `InspectionError.severalCrops`.
  func preprocessing(_ crop: CropMode?) throws(InspectionError) -> Preprocessing {
    let preprocessing = crop.map(model.preprocessing.overriding) ?? model.preprocessing
    guard preprocessing.cropCount == 1 else { throw .severalCrops }
    return preprocessing
  }

  /// Computes something about a picture with the network's weights.
  ///
  /// - Throws: `InspectionError`, `UndecodableImage`, `TooManyPixels`, `BatchQueueError`, `DeadlineExceeded`,
  ///   `WeightsChanged`, `CancellationError`.
  func compute<Value: Sendable>(
    _ image: EncodedImage, _ options: InspectionOptions, start: ContinuousClock.Instant,
    _ body: @escaping @Sendable (SeenImage, Turns) async throws -> Value
  ) async throws -> Value {
    let preprocessing = try preprocessing(options.crop)
    return try await compute(timeout: options.timeout, start: start) { [model] turns in
      try await body(SeenImage(try await model.prepare(image, preprocessing), preprocessing), turns)
    }
  }

  /// Computes something with the network's weights alone.
  ///
  /// - Throws: as above.
  func compute<Value: Sendable>(
    timeout: Duration, start: ContinuousClock.Instant, _ body: @escaping @Sendable (Turns) async throws -> Value
  ) async throws -> Value {
    try await withDeadline(start + timeout) { [self] in
      try await line.admit { try await body(Turns(model: model, held: held, line: line)) }
    }
  }
}

/// The turns of one explanation in the line, each with the network's weights and plans.
struct Turns: Sendable {
  fileprivate let model: InspectedModel
  fileprivate let held: HeldNetwork
  fileprivate let line: ExplanationLine

  /// Computes something when the next turn has come.
  ///
  /// - Throws: what `body` throws, `InspectionError.memory`, `WeightsChanged`, or `CancellationError`.
  func next<Value: Sendable>(_ body: @escaping @Sendable (NetworkMemory) throws -> Value) async throws -> Value {
    try await line.turn { try line.withMemory(of: model, held, body) }
  }
}

/// What a client who asks about a picture may choose.
public struct InspectionOptions: Hashable, Sendable {
  /// Instead of the model's own crop.
  public var crop: CropMode?
  /// Time after which the answer is not wanted any more.
  public var timeout: Duration

  public init(crop: CropMode? = nil, timeout: Duration = .seconds(30)) {
    (self.crop, self.timeout) = (crop, timeout)
  }
}
