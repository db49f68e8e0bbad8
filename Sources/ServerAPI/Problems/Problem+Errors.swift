import AccessControl
import Architectures
import Explanations
import HTTPCore
import HTTPServer
import HTTPTypes
import ImageInput
import Jobs
import ModelServing
import NetworkGraph

/// The one place where errors become statuses.
extension Problem {
  init(_ error: any Error) {
    switch error {
    case let error as RequestError: self = Self.from(error)
    case let error as UndecodableImage: self = Self.from(error)
    case let error as TooManyPixels:
      self.init(.imageTooLarge, error.description)
      limit = error.maximum
    case let error as BatchQueueError: self = Self.from(error)
    case let error as DeadlineExceeded: self.init(.deadlineExceeded, error.description)
    case let error as NoFeatures: self.init(.noEmbeddings, error.description)
    case let error as InspectionError: self = Self.from(error)
    case let error as WeightsChanged: self.init(.modelFilesChanged, error.description)
    case let error as ModelRegistryError: self = Self.from(error)
    case let error as ModelRepositoryError: self.init(.repositoryUnusable, error.description)
    case let error as ArchitectureError: self = Self.from(error)
    case let error as ShapeError: self = Self.from(error)
    case let error as UnknownArchitecture:
      self.init(.unknownArchitecture, error.description)
      accepted = error.suggestions.isEmpty ? nil : error.suggestions
    case let error as JobError: self = Self.from(error)
    case let error as JobsDisabled: self.init(.jobsDisabled, error.description)
    // What the server finds wrong with a body that a handler takes in pieces.
    case let failure as ServerFailure: self.init(failure)
    case let error as MultipartError: self.init(.invalidRequest, error.description)
    case let error as MediaTypeError: self.init(.invalidRequest, error.description)
    case is CancellationError:
      self.init(.notReady, "the request was given up because the server is stopping; send it again")
      retryAfter = 1
    // What went wrong inside is for the log, not for the client.
    default: self.init(.internalError, "an unexpected error; the server's log names it")
    }
  }

  private static func from(_ error: RequestError) -> Problem {
    var problem = Problem(error.kind, error.description)
    problem.accepted = error.accepted
    problem.limit = error.limit
    return problem
  }

  private static func from(_ error: UndecodableImage) -> Problem {
    let kind: ProblemKind
    var limit: Int?
    switch error.reason {
    case .tooManyPixels(_, _, _, let maximum), .sideTooLong(_, _, _, let maximum):
      (kind, limit) = (.imageTooLarge, maximum)
    case .tooManyScans(let maximum):
      (kind, limit) = (.imageUndecodable, maximum)
    case .unsupportedFormat, .animated, .corrupt:
      kind = .imageUndecodable
    }
    var problem = Problem(kind, error.description)
    problem.image = error.image
    problem.limit = limit
    if case .unsupportedFormat = error.reason { problem.accepted = imageTypes }
    return problem
  }

  private static func from(_ error: BatchQueueError) -> Problem {
    switch error {
    case .full(let capacity, let retryAfter):
      var problem = Problem(.overloaded, error.description)
      problem.limit = capacity
      problem.retryAfter = max(Int(retryAfter.seconds.rounded(.up)), 1)
      return problem
    case .tooLate(_, let retryAfter):
      var problem = Problem(.overloaded, error.description)
      problem.retryAfter = max(Int(retryAfter.seconds.rounded(.up)), 1)
      return problem
    case .tooManySamples(_, let capacity):
      var problem = Problem(.tooManyImages, error.description)
      problem.limit = capacity
      return problem
    case .closed:
      var problem = Problem(.notReady, error.description)
      problem.retryAfter = 1
      return problem
    }
  }

  private static func from(_ error: ModelRegistryError) -> Problem {
    switch error {
    case .loading, .stopping:
      var problem = Problem(.notReady, error.description)
      problem.retryAfter = 1
      return problem
    case .unknownModel(_, let known):
      var problem = Problem(.unknownModel, error.description)
      problem.accepted = known
      return problem
    case .unknownVersion(_, _, let known):
      var problem = Problem(.unknownVersion, error.description)
      problem.accepted = known.map(String.init)
      return problem
    case .notReady(_, let state, _):
      var problem = Problem(.modelNotReady, error.description)
      problem.retryAfter = retryAfter(state)
      return problem
    case .busy:
      var problem = Problem(.modelBusy, error.description)
      problem.retryAfter = 1
      return problem
    case .notLoaded: return Problem(.modelNotLoadable, error.description)
    }
  }

  /// Seconds until a model that does not answer may answer: some pass before somebody has done something about it.
  private static func retryAfter(_ state: ModelState) -> Int {
    switch state {
    case .loading, .ready: 1
    case .unloading, .unloaded, .failed: 30
    }
  }

  private static func from(_ error: InspectionError) -> Problem {
    var problem = Problem(kind(of: error), error.description)
    problem.accepted = error.accepted
    problem.layer = error.layer
    if case .tooManyPositions(_, let maximum) = error { problem.limit = maximum }
    if case .memory(_, let limit) = error {
      problem.limit = limit
      // Nothing but another model or question helps; but the status asks for a time.
      problem.retryAfter = 60
    }
    return problem
  }

  private static func kind(of error: InspectionError) -> ProblemKind {
    switch error {
    case .unknownLayer, .noMap, .noFilters, .unreadLayer, .unknownClass, .unknownClassName, .severalClasses,
      .foreignOption, .unknownUnit, .unknownFilter, .severalCrops, .patch, .stride, .tooManyPositions:
      .invalidParameter
    case .noMaps, .noConvolutions, .noClasses: .notExplainable
    case .memory: .overloaded
    }
  }

  private static func from(_ error: ArchitectureError) -> Problem {
    switch error {
    case .impossibleInput(let error): from(error)
    case .unacceptedClasses, .unacceptedInputShape: Problem(.invalidParameter, error.description)
    }
  }

  private static func from(_ error: ShapeError) -> Problem {
    var problem = Problem(.impossibleShape, error.description)
    problem.layer = error.layer
    return problem
  }

  /// What the HTTP server answers by itself.
  init(_ failure: ServerFailure) {
    switch failure {
    case .routing(.notFound):
      self.init(.notFound, failure.description + " GET /openapi.yaml describes every path.")
    case .routing(.methodNotAllowed(_, _, let allowed)):
      self.init(.methodNotAllowed, failure.description)
      accepted = allowed.map(\.rawValue)
    case .routing(.methodNotImplemented), .plainHTTP:
      self.init(.invalidRequest, status: failure.status, failure.description)
    case .parsing(let error):
      let isTooLarge = failure.status == .contentTooLarge
      self.init(isTooLarge ? .bodyTooLarge : .invalidRequest, status: failure.status, error.description)
      if case .bodyTooLarge(let limit, _) = error { self.limit = limit }
    case .headerTimeout, .bodyTimeout: self.init(.requestTimeout, failure.description)
    case .contentCoding(let error): self = Self.from(error)
    case .access(let refusal): self = Self.from(refusal)
    case .stateChange(let refusal): self = Self.from(refusal)
    case .tooManyConnections(let limit), .bodyMemoryExhausted(let limit):
      self.init(.overloaded, failure.description)
      self.limit = limit
      retryAfter = 1
    }
  }
}

extension Problem {
  private static func from(_ error: JobError) -> Problem {
    var problem = Problem(kind(of: error), "\(error)")
    switch error {
    case .request(_, _, let accepted), .upload(_, let accepted):
      problem.accepted = accepted.isEmpty ? nil : accepted
    case .unknownBase(_, let known): problem.accepted = known
    case .tooManyJobs(let limit), .tooManyDatasets(let limit, _), .quotaExceeded(_, let limit, _): problem.limit = limit
    case .stopping: problem.retryAfter = 1
    case .unknownJob, .unknownDataset, .unusableDataset, .datasetInUse, .impossible, .nameInUse, .noReport, .storage:
      break
    }
    return problem
  }

  private static func kind(of error: JobError) -> ProblemKind {
    switch error {
    case .unknownJob: .unknownJob
    case .unknownDataset: .unknownDataset
    case .datasetInUse: .datasetInUse
    case .impossible: .jobState
    case .request: .invalidParameter
    case .unknownBase: .unknownModel
    case .nameInUse: .nameInUse
    case .tooManyJobs, .tooManyDatasets, .quotaExceeded: .quotaExceeded
    case .upload: .datasetUnusable
    case .unusableDataset: .tooFewPhotos
    case .noReport: .noReport
    case .storage: .storageFailed
    case .stopping: .notReady
    }
  }
}

extension Problem {
  private static func from(_ error: ContentCodingError) -> Problem {
    switch error {
    case .unsupported:
      var problem = Problem(.unsupportedMediaType, error.description)
      problem.accepted = ContentCoding.allCases.map(\.rawValue)
      return problem
    case .malformed, .truncated: return Problem(.invalidRequest, error.description)
    case .expandedTooLarge(let limit):
      var problem = Problem(.bodyTooLarge, error.description)
      problem.limit = limit
      return problem
    case .expandsTooMuch: return Problem(.bodyTooLarge, error.description)
    case .noneAcceptable:
      var problem = Problem(.notAcceptable, error.description)
      problem.accepted = ContentCoding.allCases.map(\.rawValue)
      return problem
    }
  }
}

extension Problem {
  private static func from(_ refusal: AccessRefusal) -> Problem {
    switch refusal {
    case .keyMissing, .keyUnknown, .keyExpired: return Problem(.unauthorized, refusal.description)
    case .scopeMissing(_, let needed):
      var problem = Problem(.forbidden, refusal.description)
      problem.accepted = [needed.rawValue]
      return problem
    case .tooManyRequests(let quota):
      var problem = Problem(.tooManyRequests, refusal.description)
      problem.limit = quota.rate?.burst
      problem.retryAfter = quota.retryAfter
      return problem
    case .tooManyAtOnce(let quota):
      var problem = Problem(.tooManyRequests, refusal.description)
      problem.limit = quota.concurrent
      problem.retryAfter = quota.retryAfter
      return problem
    }
  }
}

extension Problem {
  private static func from(_ refusal: StateChangeRefusal) -> Problem {
    let kind: ProblemKind =
      switch refusal {
      case .otherMachine, .foreignHost, .foreignOrigin, .foreignSite: .stateChangeForbidden
      case .mediaType: .unsupportedMediaType
      }
    var problem = Problem(kind, refusal.description)
    problem.accepted = refusal.accepted
    return problem
  }
}

/// Media types of images that are decoded.
let imageTypes = ["image/jpeg", "image/png", "image/webp"]
