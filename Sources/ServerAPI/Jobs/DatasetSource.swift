import HTTPCore
import HTTPServer
import Jobs

/// A dataset on its way from a request's body into an upload.
struct DatasetSource {
  let type: MediaType
  /// Nil where the request has no body.
  let body: RequestBodyStream?

  /// - Throws: what is wrong with the body, or `JobError`.
  func send(to upload: DatasetUpload) async throws {
    guard let body else {
      throw RequestError.missingBody(accepted: "a zip or tar of folders of photos, or a form of files named CLASS/FILE")
    }
    if type.essence == MediaType.multipartFormData.essence {
      try await sendForm(body, to: upload)
    } else {
      for try await piece in body { try await upload.appendArchive(Array(piece)) }
    }
  }

  private func sendForm(_ body: RequestBodyStream, to upload: DatasetUpload) async throws {
    for try await piece in body { try await upload.appendFile(piece) }
  }
}
