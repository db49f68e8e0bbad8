import Diagnosis
import Foundation
import HTTPServer
import HTTPTypes
import Jobs

/// `GET /v1/jobs/{job}/diagnosis`: what a job's learning curve says so far, and what to do.
struct JobDiagnosisEndpoint: LearningEndpoint {
  static let name = "getJobDiagnosis"
  static let path: PathTemplate = "/v1/jobs/{job}/diagnosis"

  let context: APIContext

  func respond(to request: CheckedRequest<JobService>) async throws -> ServerResponse {
    let (jobs, id) = (request.checked, request.path["job"])
    let job = try await jobs.job(id)
    // What a child says is not always an epoch of training.
    let points = try await jobs.events(of: id, after: 0).filter { $0.kind == .epoch }.compactMap {
      try? JSONDecoder().decode(CurvePoint.self, from: Data($0.json.utf8))
    }
    var response = ServerResponse.json(Response(job: id, isOver: job.state.isOver, reading: CurveReading(points)))
    response.fields[.cacheControl] = "no-cache"
    return response
  }

  /// A reading, and of what.
  struct Response: Encodable {
    let job: String
    /// Whether the curve is at its end.
    let isOver: Bool
    let reading: CurveReading

    private enum CodingKeys: String, CodingKey {
      case job, reading
      case isOver = "is_over"
    }
  }
}
