import HTTPCore
import HTTPTypes
import Logging

/// The access log: one line a request. No header field but the names of the request and its trace gets into it, no
/// query and no body, so that no secret and no picture does.
extension AccessRecord {
  var metadata: Logger.Metadata {
    var metadata: Logger.Metadata = [
      "request_id": "\(identity.id)", "method": "\(method?.rawValue ?? "-")", "path": "\(path ?? "-")",
      "status": .stringConvertible(status.code), "bytes": .stringConvertible(responseBytes),
      "duration_ms": .stringConvertible((duration / .microseconds(10)).rounded() / 100),
      "client": "\(remoteAddress)",
    ]
    if let routeName { metadata["route"] = "\(routeName)" }
    if let span = identity.span {
      metadata["trace_id"] = "\(span.caller.traceID)"
      metadata["parent_id"] = "\(span.caller.parentID)"
      metadata["span_id"] = "\(span.id)"
    }
    for (name, note) in notes where metadata[name] == nil { metadata[name] = "\(note)" }
    return metadata
  }
}
