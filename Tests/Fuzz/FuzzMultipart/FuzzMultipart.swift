import HTTPCore

/// The first line is the value of Content-Type, the rest the body. Parts lie in the body, in order, and hold no boundary;
/// in pieces the body is read as it is whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return 0 }
  let body = bytes[(lineEnd + 1)...]
  guard let type = try? MediaType(String(decoding: bytes[..<lineEnd], as: UTF8.self)),
    let form = try? Multipart(contentType: type, limits: Multipart.Limits(partCount: 16, headerBytes: 512))
  else { return 0 }
  do {
    let parts = try form.parts(of: body)
    check(parts, of: body, form)
    precondition((try? partsOfPieces(of: body, form)) == parts, "pieces give other parts")
  } catch {
    checkFailure(error, of: body, form)
  }
  return 0
}

private func check(_ parts: [MultipartPart], of body: ArraySlice<UInt8>, _ form: Multipart) {
  precondition(parts.count <= 16, "more parts than the limit")
  let delimiter = Array("\r\n--\(form.boundary)".utf8)
  var position = body.startIndex
  for part in parts {
    precondition(part.body.startIndex >= position && part.body.endIndex <= body.endIndex, "a part lies elsewhere")
    precondition(!part.body.contains(delimiter), "a part holds the boundary")
    position = part.body.endIndex
  }
}

private func checkFailure(_ error: MultipartError, of body: ArraySlice<UInt8>, _ form: Multipart) {
  do throws(MultipartError) {
    _ = try partsOfPieces(of: body, form)
    preconditionFailure("pieces give parts, the whole gives \(error)")
  } catch let other {
    // What is malformed comes before the end that is missing.
    if case .noClosingDelimiter = error { return }
    precondition(error == other, "pieces give \(other), the whole gives \(error)")
  }
}

/// Cut into pieces of lengths that the body itself decides on.
private func partsOfPieces(of body: ArraySlice<UInt8>, _ form: Multipart) throws(MultipartError) -> [MultipartPart] {
  var stream = MultipartStream(form)
  var parts: [MultipartPart] = []
  var rest = body
  while let length = rest.first.map({ Int($0 % 32) + 1 }) {
    stream.append(rest.prefix(length))
    rest = rest.dropFirst(length)
    while let event = try stream.next() { add(event, to: &parts) }
  }
  stream.finish()
  while let event = try stream.next() { add(event, to: &parts) }
  return parts
}

private func add(_ event: MultipartStream.Event, to parts: inout [MultipartPart]) {
  switch event {
  case .partBegins(let header): parts.append(MultipartPart(header, body: []))
  case .content(let bytes): parts[parts.count - 1].body += bytes
  case .partEnds, .formEnds: break
  }
}
