import AccessControl
import Foundation
import HTTPServer
import HTTPTypes
import Jobs
import ModelServing

/// `POST /v1/jobs`: queues a job.
struct CreateJobEndpoint: Endpoint {
  static let name = "createJob"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/jobs"
  static let access = Access.scope(.train)
  static let changesState = true

  let context: APIContext

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> JobService { try context.requireJobs() }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    let jobs = request.checked
    let wanted = try JobRequestBody.parse(request.request.body)
    try await requireName(of: wanted, jobs)
    let job = try await jobs.create(wanted)
    var response = ServerResponse.json(JobAnswer(job), status: .accepted)
    response.fields[.location] = "/v1/jobs/\(job.id)"
    return response
  }

  /// Refuses a name to which the job could not add a version once it is done.
  private func requireName(of request: JobRequest, _ jobs: JobService) async throws {
    let classes = try await jobs.dataset(request.dataset).classes.map(\.name)
    do {
      try context.registry.requireName(request.name, classes: classes, isNewVersionWanted: request.newVersion ?? false)
    } catch ModelRepositoryError.unacceptableName {
      throw JobError.request(
        member: "name", problem: "\"\(request.name.prefix(100))\" cannot be a model's name",
        accepted: ["letters, digits, \".\", \"_\" and \"-\", at most 100, not \".\" first"])
    }
  }
}

/// `GET /v1/jobs`: every job, the newest first.
struct JobsEndpoint: Endpoint {
  static let name = "listJobs"
  static let path: PathTemplate = "/v1/jobs"
  static let access = Access.scope(.train)

  let context: APIContext

  struct Response: Encodable {
    let jobs: [JobAnswer]
  }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> JobService { try context.requireJobs() }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    .json(Response(jobs: try await request.checked.jobs().map(JobAnswer.init)))
  }
}

/// `GET /v1/jobs/{job}`: where a job is on its way.
struct JobEndpoint: Endpoint {
  static let name = "getJob"
  static let path: PathTemplate = "/v1/jobs/{job}"
  static let access = Access.scope(.train)

  let context: APIContext

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> JobService { try context.requireJobs() }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    .json(JobAnswer(try await request.checked.job(request.path["job"])))
  }
}

/// `DELETE /v1/jobs/{job}`: forgets a job that is over; its model stays.
struct DeleteJobEndpoint: Endpoint {
  static let name = "deleteJob"
  static let method = HTTPRequest.Method.delete
  static let path: PathTemplate = "/v1/jobs/{job}"
  static let access = Access.scope(.train)
  static let changesState = true

  let context: APIContext

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> JobService { try context.requireJobs() }

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    try EmptyBody.require(request.request)
    try await request.checked.delete(request.path["job"])
    return ServerResponse(status: .noContent)
  }
}
