import HTTPCore
import HTTPServer
import HTTPTypes
import Jobs

/// `POST /v1/datasets`: takes photos in folders of classes, as an archive or as a form, while they arrive.
struct CreateDatasetEndpoint: LearningEndpoint {
  static let name = "createDataset"
  static let method = HTTPRequest.Method.post
  static let path: PathTemplate = "/v1/datasets"
  static let changesState = true
  /// What an archive really is shows in its bytes.
  static let changeBodyTypes = MediaType.archives + [.multipartFormData]

  let context: APIContext

  var body: Route.Body { .streamed(limit: context.jobs?.configuration.maximumUploadBytes ?? 0) }

  struct Checked: Sendable {
    let jobs: JobService
    let type: MediaType
  }

  /// - Throws: what shows before a byte has been sent: a client that expects `100 Continue` then sends none.
  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> Checked {
    let jobs = try context.requireJobs()
    let accepted = Self.changeBodyTypes.map(\.essence)
    guard let text = head.headerFields[.contentType] else {
      throw RequestError.missingBody(accepted: "photos in folders of classes, as \(accepted.joined(separator: ", "))")
    }
    let type = try MediaType(text)
    guard accepted.contains(type.essence) else {
      throw RequestError.unsupportedMediaType(type.essence, accepted: accepted)
    }
    return Checked(jobs: jobs, type: type)
  }

  func respond(to request: CheckedRequest<Checked>) async throws -> ServerResponse {
    let source = DatasetSource(type: request.checked.type, body: request.request.bodyStream)
    let upload = try await request.checked.jobs.beginUpload()
    do {
      try await source.send(to: upload)
      let dataset = try await upload.finish()
      var response = ServerResponse.json(DatasetAnswer(dataset), status: .created)
      response.fields[.location] = "/v1/datasets/\(dataset.id)"
      return response
    } catch {
      await upload.discard()
      throw error
    }
  }
}
