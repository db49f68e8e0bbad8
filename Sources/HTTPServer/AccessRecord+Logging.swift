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
    if let trace = identity.trace {
      metadata["trace_id"] = "\(trace.traceID)"
      metadata["parent_id"] = "\(trace.parentID)"
      metadata["span_id"] = "\(identity.spanID)"
    }
    return metadata.merging(notes.mapValues { "\($0)" }) { own, _ in own }
  }
}
