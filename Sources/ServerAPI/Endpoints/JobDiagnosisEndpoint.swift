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
    let epochs = try await jobs.events(of: id, after: 0).filter { $0.kind == .epoch }.compactMap {
      try? JSONDecoder().decode(TrialEpoch.self, from: Data($0.json.utf8))
    }
    var response = ServerResponse.json(
      Response(job: id, isOver: job.state.isOver, reading: CurveReading(Self.curve(of: epochs))))
    response.fields[.cacheControl] = "no-cache"
    return response
  }

  /// An epoch, of which trial where the job is a search.
  private struct TrialEpoch: Decodable {
    let trial: Int?
    let point: CurvePoint

    private enum CodingKeys: CodingKey {
      case trial
    }

    init(from decoder: any Decoder) throws {
      trial = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Int.self, forKey: .trial)
      point = try CurvePoint(from: decoder)
    }
  }

  /// All epochs; of a search those of the trial that stands best at its last one.
  private static func curve(of epochs: [TrialEpoch]) -> [CurvePoint] {
    let curves = Dictionary(grouping: epochs, by: \.trial).mapValues { $0.map(\.point) }
    let best = curves.max { first, second in
      let standing = { (curve: [CurvePoint]) in curve.last?.validationAccuracy ?? -1 }
      return (standing(first.value), second.key ?? 0) < (standing(second.value), first.key ?? 0)
    }
    return best?.value ?? []
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
