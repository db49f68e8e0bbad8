import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes

/// An error as clients see it: `application/problem+json` (RFC 9457).
struct Problem: Encodable, Hashable, Sendable {
  let kind: ProblemKind
  let status: HTTPResponse.Status
  /// What was wrong with this request, and what is accepted.
  let detail: String
  /// The path that was asked for, as it came: its special characters are coded, as a URI reference's are (section 3.1.5).
  /// Left out where it is long.
  private(set) var instance: String?
  /// Names or values that would have been accepted.
  var accepted: [String]?
  /// The limit that was exceeded.
  var limit: Int?
  /// The layer that cannot take its input.
  var layer: String?
  /// The image that cannot be decoded.
  var image: String?
  /// Seconds after which trying again may help; also sent as `Retry-After`.
  var retryAfter: Int?

  init(_ kind: ProblemKind, status: HTTPResponse.Status? = nil, _ detail: String) {
    self.kind = kind
    self.status = status ?? kind.status
    // Names that a client made up are in it.
    self.detail = detail.count > Self.longestDetail ? detail.prefix(Self.longestDetail) + "..." : detail
  }

  private static let longestDetail = 1_000
  private static let longestInstance = 500

  /// Where it happened: the path of this request target.
  mutating func locate(at target: String?) {
    let path = target.map { String($0.prefix { $0 != "?" }) }
    instance = path.flatMap { $0.utf8.count <= Self.longestInstance ? $0 : nil }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case type, title, status, detail, instance, accepted, limit, layer, image
    case retryAfter = "retry_after"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind.type, forKey: .type)
    try container.encode(kind.title, forKey: .title)
    try container.encode(status.code, forKey: .status)
    try container.encode(detail, forKey: .detail)
    try container.encodeIfPresent(instance, forKey: .instance)
    try container.encodeIfPresent(accepted, forKey: .accepted)
    try container.encodeIfPresent(limit, forKey: .limit)
    try container.encodeIfPresent(layer, forKey: .layer)
    try container.encodeIfPresent(image, forKey: .image)
    try container.encodeIfPresent(retryAfter, forKey: .retryAfter)
  }

  /// The answer that carries the problem.
  var response: ServerResponse {
    var response = ServerResponse.json(self, status: status)
    response.fields[.contentType] = MediaType.problemJSON.description
    if let retryAfter { response.fields[.retryAfter] = String(retryAfter) }
    return response
  }
}

/// The kinds of problem; `type` and `title` of each never change.
enum ProblemKind: String, CaseIterable, Sendable {
  case invalidRequest = "invalid-request"
  case invalidParameter = "invalid-parameter"
  case emptyBody = "empty-body"
  case lengthRequired = "length-required"
  case imageUndecodable = "image-undecodable"
  case imageTooLarge = "image-too-large"
  case bodyTooLarge = "body-too-large"
  case tooManyImages = "too-many-images"
  case unsupportedMediaType = "unsupported-media-type"
  case notAcceptable = "not-acceptable"
  case impossibleShape = "impossible-shape"
  case unknownModel = "unknown-model"
  case unknownVersion = "unknown-version"
  case unknownArchitecture = "unknown-architecture"
  case notFound = "not-found"
  case methodNotAllowed = "method-not-allowed"
  case unauthorized = "unauthorized"
  case forbidden = "forbidden"
  case stateChangeForbidden = "state-change-forbidden"
  case tooManyRequests = "too-many-requests"
  case requestTimeout = "request-timeout"
  case deadlineExceeded = "deadline-exceeded"
  case notReady = "not-ready"
  case modelNotReady = "model-not-ready"
  case modelBusy = "model-busy"
  case modelNotLoadable = "model-not-loadable"
  case noEmbeddings = "no-embeddings"
  case notExplainable = "not-explainable"
  case modelFilesChanged = "model-files-changed"
  case repositoryUnusable = "repository-unusable"
  case unknownDataset = "unknown-dataset"
  case unknownJob = "unknown-job"
  case noReport = "no-report"
  case jobsDisabled = "jobs-disabled"
  case datasetUnusable = "dataset-unusable"
  case datasetInUse = "dataset-in-use"
  case jobState = "job-state"
  case tooFewPhotos = "too-few-photos"
  case nameInUse = "name-in-use"
  case quotaExceeded = "quota-exceeded"
  case storageFailed = "storage-failed"
  case overloaded = "overloaded"
  case internalError = "internal-error"

  var type: String { "/problems/\(rawValue)" }

  var title: String {
    switch self {
    case .invalidRequest: "The request cannot be understood"
    case .invalidParameter: "A parameter has a value that is not accepted"
    case .emptyBody: "The body is empty"
    case .lengthRequired: "The request does not say how long its body is"
    case .imageUndecodable: "An image cannot be decoded"
    case .imageTooLarge: "An image has too many pixels"
    case .bodyTooLarge: "The body is too large"
    case .tooManyImages: "Too many images in one request"
    case .unsupportedMediaType: "The body's media type is not supported"
    case .notAcceptable: "No acceptable form of the answer exists"
    case .impossibleShape: "The network cannot take an input of this shape"
    case .unknownModel: "There is no such model"
    case .unknownVersion: "The model has no such version"
    case .unknownArchitecture: "There is no such architecture"
    case .notFound: "There is nothing at this path"
    case .methodNotAllowed: "The method is not possible at this path"
    case .unauthorized: "The request has no valid API key"
    case .forbidden: "The API key does not allow this"
    case .stateChangeForbidden: "The server's state may not be changed from there"
    case .tooManyRequests: "The client asks too often"
    case .requestTimeout: "The request did not arrive in time"
    case .deadlineExceeded: "The answer would have come too late"
    case .notReady: "The server is not ready"
    case .modelNotReady: "The model does not answer now"
    case .modelBusy: "Something else is being done with the model"
    case .modelNotLoadable: "The model cannot be loaded"
    case .noEmbeddings: "The model's network has no embeddings"
    case .notExplainable: "There is nothing in the network that could be shown"
    case .modelFilesChanged: "The model's files were overwritten"
    case .repositoryUnusable: "The model repository cannot be used"
    case .unknownDataset: "There is no such dataset"
    case .unknownJob: "There is no such job"
    case .noReport: "The job has no report"
    case .jobsDisabled: "This server takes no datasets and jobs"
    case .datasetUnusable: "The upload is no photos in folders of classes"
    case .datasetInUse: "A job needs the dataset"
    case .jobState: "The job's state does not allow this"
    case .tooFewPhotos: "Too few of the photos can be used"
    case .nameInUse: "Nothing may be added to the model of this name"
    case .quotaExceeded: "There is no room for more"
    case .storageFailed: "The server cannot store this"
    case .overloaded: "The server has too much to do"
    case .internalError: "The server failed"
    }
  }

  /// The status where a problem of this kind has no better one.
  var status: HTTPResponse.Status {
    switch self {
    case .invalidRequest, .invalidParameter, .emptyBody, .imageUndecodable, .impossibleShape, .datasetUnusable:
      .badRequest
    case .lengthRequired: .lengthRequired
    case .imageTooLarge, .bodyTooLarge, .tooManyImages: .contentTooLarge
    case .unsupportedMediaType: .unsupportedMediaType
    case .notAcceptable: .notAcceptable
    case .unknownModel, .unknownVersion, .unknownArchitecture, .notFound, .unknownDataset, .unknownJob, .noReport,
      .jobsDisabled:
      .notFound
    case .methodNotAllowed: .methodNotAllowed
    case .unauthorized: .unauthorized
    case .forbidden, .stateChangeForbidden: .forbidden
    case .tooManyRequests: .tooManyRequests
    case .requestTimeout: .requestTimeout
    case .deadlineExceeded: .gatewayTimeout
    case .notReady, .modelNotReady, .overloaded: .serviceUnavailable
    case .modelBusy, .modelFilesChanged, .datasetInUse, .jobState, .tooFewPhotos, .nameInUse, .quotaExceeded: .conflict
    case .modelNotLoadable, .noEmbeddings, .notExplainable: .unprocessableContent
    case .repositoryUnusable, .internalError: .internalServerError
    // RFC 4918 section 11.5.
    case .storageFailed: .init(code: 507, reasonPhrase: "Insufficient Storage")
    }
  }
}
