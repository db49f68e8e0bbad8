import HTTPCore
import HTTPServer
import Jobs

/// A dataset on its way from a request's body into an upload.
struct DatasetSource {
  /// As many files as an archive may hold.
  private static let formLimits = Multipart.Limits(partCount: 100_000)

  let type: MediaType
  /// Nil where the request has no body.
  let body: RequestBodyStream?

  /// - Throws: what is wrong with the body, or `JobError`.
  func send(to upload: DatasetUpload) async throws {
    guard let body else {
      throw RequestError.missingBody(accepted: JobService.acceptedUploads.joined(separator: ", or "))
    }
    if type.essence == MediaType.multipartFormData.essence {
      try await sendForm(body, to: upload)
    } else {
      for try await piece in body { try await upload.appendArchive(Array(piece)) }
    }
  }

  private func sendForm(_ body: RequestBodyStream, to upload: DatasetUpload) async throws {
    var form = MultipartStream(try Multipart(contentType: type, limits: Self.formLimits))
    for try await piece in body {
      form.append(piece)
      while let event = try form.next() { try await send(event, to: upload) }
    }
    form.finish()
    while let event = try form.next() { try await send(event, to: upload) }
  }

  private func send(_ event: MultipartStream.Event, to upload: DatasetUpload) async throws {
    switch event {
    case .partBegins(let header):
      guard let name = header.filename, !name.isEmpty else {
        throw JobError.upload(
          problem: "the form's field \"\(header.name.prefix(100))\" is no file", accepted: ["files named CLASS/FILE"])
      }
      try await upload.beginFile(name)
    case .content(let bytes): try await upload.appendFile(bytes)
    case .partEnds, .formEnds: break
    }
  }
}
