import Foundation
import HTTPServer
import HTTPTypes
import Jobs

/// `GET /v1/datasets`: photos that were uploaded, the newest first.
struct DatasetsEndpoint: LearningEndpoint {
  static let name = "listDatasets"
  static let path: PathTemplate = "/v1/datasets"

  let context: APIContext

  struct Response: Encodable {
    let datasets: [DatasetAnswer]
  }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    .json(Response(datasets: try await request.checked.datasets().map(DatasetAnswer.init)))
  }
}

/// `GET /v1/datasets/{dataset}`: one of them.
struct DatasetEndpoint: LearningEndpoint {
  static let name = "getDataset"
  static let path: PathTemplate = "/v1/datasets/{dataset}"

  let context: APIContext

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    .json(DatasetAnswer(try await request.checked.dataset(request.path["dataset"])))
  }
}

/// `DELETE /v1/datasets/{dataset}`: takes it away, unless a job still needs it.
struct DeleteDatasetEndpoint: LearningEndpoint {
  static let name = "deleteDataset"
  static let method = HTTPRequest.Method.delete
  static let path: PathTemplate = "/v1/datasets/{dataset}"
  static let changesState = true

  let context: APIContext

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    try await request.checked.deleteDataset(request.path["dataset"])
    return ServerResponse(status: .noContent)
  }
}

/// A dataset as clients see it.
struct DatasetAnswer: Encodable {
  let id: String
  let created: String
  let images: Int
  let bytes: Int
  let classes: [Dataset.ClassCount]
  let audit: RawJSON
  let ignoredFiles: FileNotes
  let renamedFiles: FileNotes

  enum CodingKeys: String, CodingKey {
    case id, created, images, bytes, classes, audit
    case ignoredFiles = "ignored_files"
    case renamedFiles = "renamed_files"
  }

  init(_ dataset: Dataset) {
    id = dataset.id
    created = dataset.created.formatted(jobTime)
    images = dataset.images
    bytes = dataset.bytes
    classes = dataset.classes
    audit = RawJSON(text: dataset.audit)
    ignoredFiles = dataset.ignoredFiles
    renamedFiles = dataset.renamedFiles
  }
}
