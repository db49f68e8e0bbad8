import HTTPCore
import HTTPServer
import HTTPTypes
import Jobs

/// `GET /v1/jobs/{job}/report`: how good the model is, how sure that is, and what is wrong with the photos.
struct JobReportEndpoint: LearningEndpoint {
  static let name = "getJobReport"
  static let path: PathTemplate = "/v1/jobs/{job}/report"

  let context: APIContext

  struct Checked: Sendable {
    let jobs: JobService
    let form: JobService.ReportForm
  }

  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> Checked {
    let jobs = try context.requireJobs()
    let offers = [MediaType.json, .html]
    guard let best = AcceptHeader(head.headerFields).best(of: offers) else {
      throw RequestError.notAcceptable(accepted: offers.map(\.description))
    }
    return Checked(jobs: jobs, form: best == .html ? .html : .json)
  }

  func respond(to request: CheckedRequest<Checked>) async throws -> ServerResponse {
    let (jobs, form) = (request.checked.jobs, request.checked.form)
    let bytes = try await jobs.report(of: request.path["job"], as: form)
    var fields: HTTPFields
    switch form {
    case .json: fields = [.contentType: MediaType.json.description]
    case .html: fields = ReportPageFields.fields(for: bytes)
    }
    fields[.cacheControl] = "no-cache"
    fields[.vary] = "Accept"
    return ServerResponse(status: .ok, fields: fields, body: bytes)
  }
}
