import HTTPServer
import ImageInput
import InferenceRuntime
import ModelServing

/// `GET /v1/models/{model}`: where a model comes from, what it takes, what its outputs mean, how it is run.
struct ModelEndpoint: Endpoint {
  static let name = "getModel"
  static let path: PathTemplate = "/v1/models/{model}"

  let context: APIContext

  struct Response: Encodable {
    let name: String
    let version: String
    /// Absent, as the paper is, where the network is no published one.
    let architecture: String?
    let title: String
    let paper: String?
    let source: String
    let licence: String
    let inputShape: [Int]
    let numClasses: Int
    let preprocessing: Preprocessing
    let labels: [Label]
    let batching: Batching
    let engine: Engine
    let served: Served

    enum CodingKeys: String, CodingKey {
      case name, version, architecture, title, paper, source, licence, preprocessing, labels, batching, engine, served
      case inputShape = "input_shape"
      case numClasses = "num_classes"
    }
  }

  struct Label: Encodable {
    let index: Int
    let id: String?
    let label: String
  }

  struct Batching: Encodable {
    let maximumBatchSize: Int
    let maximumDelay: Double
    let capacity: Int

    enum CodingKeys: String, CodingKey {
      case maximumBatchSize = "max_batch_size"
      case maximumDelay = "max_queue_delay_ms"
      case capacity = "queue_capacity"
    }
  }

  struct Engine: Encodable {
    let kernels: String
    let threads: Int
    let weightBytes: Int
    /// The kernels that OpenBLAS chose for this processor.
    let openBLASCore: String
    let arenaBytes: Int

    enum CodingKeys: String, CodingKey {
      case kernels, threads
      case weightBytes = "weight_bytes"
      case openBLASCore = "openblas_core"
      case arenaBytes = "arena_bytes"
    }
  }

  struct Served: Encodable {
    let images: Int
    let batches: Int
    /// Number of batches of each size.
    let batchSizes: [String: Int]
    /// Not computed: the queue was full or too long, the deadline passed, the client went away.
    let refused: Int
    let expired: Int
    let cancelled: Int

    enum CodingKeys: String, CodingKey {
      case images, batches, refused, expired, cancelled
      case batchSizes = "batch_sizes"
    }
  }

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    .json(Response(try context.registry.model(named: request.path["model"])))
  }
}

extension ModelEndpoint.Response {
  init(_ model: ServedModel) {
    let statistics = model.queue.currentStatistics
    let batching = model.queue.configuration
    self.init(
      name: model.name, version: model.version, architecture: model.provenance.publication?.architecture,
      title: model.title, paper: model.provenance.publication?.paper, source: model.provenance.source,
      licence: model.provenance.licence, inputShape: model.inputShape,
      numClasses: model.labels.count, preprocessing: model.preprocessing,
      labels: model.labels.enumerated().map { .init(index: $0, id: $1.id, label: $1.name) },
      batching: .init(
        maximumBatchSize: batching.maximumBatchSize, maximumDelay: batching.maximumDelay.milliseconds,
        capacity: batching.capacity),
      engine: .init(
        kernels: model.kernels, threads: model.threadCount, weightBytes: model.weightBytes,
        openBLASCore: OpenBLASCheck.coreType, arenaBytes: model.arenaBytes),
      served: .init(
        images: statistics.samples, batches: statistics.batches,
        batchSizes: Dictionary(uniqueKeysWithValues: statistics.batchSizes.map { (String($0), $1) }),
        refused: statistics.refused, expired: statistics.expired, cancelled: statistics.cancelled))
  }
}
