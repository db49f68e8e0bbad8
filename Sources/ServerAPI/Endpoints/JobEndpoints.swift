import HTTPServer
import HTTPTypes
import Jobs

/// `POST /v1/jobs`: queues a job.
struct CreateJobEndpoint: LearningEndpoint {
  static let name = "createJob"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/jobs"
  static let changesState = true

  let context: APIContext

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    let job = try await request.checked.create(try JobRequestBody.parse(request.request.body))
    var response = ServerResponse.json(JobAnswer(job), status: .accepted)
    response.fields[.location] = "/v1/jobs/\(job.id)"
    return response
  }
}

/// `GET /v1/jobs`: every job, the newest first.
struct JobsEndpoint: LearningEndpoint {
  static let name = "listJobs"
  static let path: PathTemplate = "/v1/jobs"

  let context: APIContext

  struct Response: Encodable {
    let jobs: [JobAnswer]
  }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    .json(Response(jobs: try await request.checked.jobs().map(JobAnswer.init)))
  }
}

/// `GET /v1/jobs/{job}`: where a job is on its way.
struct JobEndpoint: LearningEndpoint {
  static let name = "getJob"
  static let path: PathTemplate = "/v1/jobs/{job}"

  let context: APIContext

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    .json(JobAnswer(try await request.checked.job(request.path["job"])))
  }
}

/// `DELETE /v1/jobs/{job}`: forgets a job that is over; its model stays.
struct DeleteJobEndpoint: LearningEndpoint {
  static let name = "deleteJob"
  static let method = HTTPRequest.Method.delete
  static let path: PathTemplate = "/v1/jobs/{job}"
  static let changesState = true

  let context: APIContext

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    try await request.checked.delete(request.path["job"])
    return ServerResponse(status: .noContent)
  }
}
