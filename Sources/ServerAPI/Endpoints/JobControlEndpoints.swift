import HTTPServer
import HTTPTypes
import Jobs

/// An operation that asks something of a job, and answers with the job as it is then.
protocol JobControlEndpoint: LearningEndpoint where Checked == JobService {
  func control(_ jobs: JobService, _ id: String) async throws -> Job
}

extension JobControlEndpoint {
  static var method: HTTPRequest.Method { .post }
  static var changesState: Bool { true }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    return .json(JobAnswer(try await control(request.checked, request.path["job"])))
  }
}

/// `POST /v1/jobs/{job}/pause`: has a job keep what it has done, and stop.
struct PauseJobEndpoint: JobControlEndpoint {
  static let name = "pauseJob"
  static let path: PathTemplate = "/v1/jobs/{job}/pause"

  let context: APIContext

  func control(_ jobs: JobService, _ id: String) async throws -> Job { try await jobs.pause(id) }
}

/// `POST /v1/jobs/{job}/resume`: has a job that was paused go on.
struct ResumeJobEndpoint: JobControlEndpoint {
  static let name = "resumeJob"
  static let path: PathTemplate = "/v1/jobs/{job}/resume"

  let context: APIContext

  func control(_ jobs: JobService, _ id: String) async throws -> Job { try await jobs.resume(id) }
}

/// `POST /v1/jobs/{job}/cancel`: ends a job for good.
struct CancelJobEndpoint: JobControlEndpoint {
  static let name = "cancelJob"
  static let path: PathTemplate = "/v1/jobs/{job}/cancel"

  let context: APIContext

  func control(_ jobs: JobService, _ id: String) async throws -> Job { try await jobs.cancel(id) }
}
