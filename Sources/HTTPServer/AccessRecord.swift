import HTTPTypes

/// One answered request, for the access log and for metrics.
public struct AccessRecord: Sendable, Equatable {
  /// Nil when the request could not be read so far.
  public var method: HTTPRequest.Method?
  /// The path as received, without the query, which may hold what a log should not keep.
  public var path: String?
  /// The name of the route that answered; nil when none did.
  public var routeName: String?
  public var status: HTTPResponse.Status
  /// Bytes of the response's body that were sent.
  public var responseBytes: Int
  /// From the end of the request's header to the last byte of the answer given to the kernel.
  public var duration: Duration
  public var remoteAddress: String

  /// Method, path, status, bytes and milliseconds in one line.
  public var line: String {
    let hundredths = (duration / .microseconds(10)).rounded()
    return "\(method?.rawValue ?? "-") \(path ?? "-") \(status.code) \(responseBytes) B \(hundredths / 100) ms"
  }
}
