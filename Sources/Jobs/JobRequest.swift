/// What a job is to do: the body of `POST /v1/jobs`.
public struct JobRequest: Codable, Hashable, Sendable {
  /// What kind of work.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Makes a classifier of photos with the features of a pretrained network: `convserve adapt`.
    case adapt
    /// Trains a network from nothing: `convserve train`.
    case train
    /// Tries many settings of training, and tells which are best: `convserve search`.
    case search
  }

  /// What kind of work.
  public var kind: Kind
  /// Id of the data to learn from.
  public var dataset: String
  /// Name of the model to be made; a search without one makes none.
  public var name: String?
  /// Decides on everything that is random.
  public var seed: UInt64?
  /// Whether a version may be added to a model that neither adapting nor training made, or that knows other classes.
  public var newVersion: Bool?

  /// Adapting: the model whose features are used.
  public var base: String?
  /// Adapting: whether upper layers are trained too.
  public var fineTune: Bool?

  /// Training: the network, as `convserve architectures` lists it.
  public var architecture: String?
  /// Training: shape of the input, `[C, H, W]`.
  public var input: [Int]?
  /// Training: how often each photo is learned from.
  public var epochs: Int?
  /// Training: photos of a step.
  public var batchSize: Int?
  /// Training: the greatest rate of the schedule.
  public var learningRate: Double?

  /// Searching: what is tried and how, as the file of `convserve search` has it.
  public var space: JSONValue?

  public init(kind: Kind, dataset: String, name: String?) {
    self.kind = kind
    self.dataset = dataset
    self.name = name
  }

  enum CodingKeys: String, CodingKey {
    case kind, dataset, name, seed, base, architecture, input, epochs, space
    case newVersion = "new_version"
    case fineTune = "fine_tune"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
  }
}
