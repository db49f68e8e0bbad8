import HTTPServer
import HTTPTypes
import ModelServing

@testable import ServerAPI

/// The body of a classification in JSON: read into images and options, or refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let request = ServerRequest(
    head: HTTPRequest(
      method: .post, scheme: nil, authority: nil, path: "/v1/classify",
      headerFields: [.contentType: "application/json", .contentLength: "\(count)"]),
    path: "/v1/classify", body: Array(UnsafeBufferPointer(start: data, count: count)))
  guard let query = try? Query([], accepted: ClassificationRequest.optionNames),
    let header = try? ClassificationHeader(request.head, longestTimeout: .seconds(30))
  else { return 0 }
  if let read = try? ClassificationRequest(request, header, query: query, maximumImages: 64) {
    precondition(!read.images.isEmpty && read.images.allSatisfy { !$0.bytes.isEmpty }, "an image without bytes")
    precondition(
      read.images.reduce(0) { $0 + $1.bytes.count } < count, "base64 that has grown while it was decoded")
  }
  return 0
}
