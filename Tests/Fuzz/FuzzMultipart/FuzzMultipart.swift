import HTTPCore

/// The first line is the value of Content-Type, the rest the body. Parts lie in the body, in order, and hold no boundary.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return 0 }
  let body = bytes[(lineEnd + 1)...]
  guard let type = try? MediaType(String(decoding: bytes[..<lineEnd], as: UTF8.self)),
    let form = try? Multipart(contentType: type, limits: Multipart.Limits(partCount: 16, headerBytes: 512)),
    let parts = try? form.parts(of: body)
  else { return 0 }
  precondition(parts.count <= 16, "more parts than the limit")
  let delimiter = Array("\r\n--\(form.boundary)".utf8)
  var position = body.startIndex
  for part in parts {
    precondition(part.body.startIndex >= position && part.body.endIndex <= body.endIndex, "a part lies elsewhere")
    precondition(!part.body.contains(delimiter), "a part holds the boundary")
    position = part.body.endIndex
  }
  return 0
}
