/// How a connection's bytes travel: as they are (`Socket`) or encrypted (`TLSStream`). No call ever blocks.
///
/// Reading encrypted bytes may have to write first and the other way round, so both results say which way is blocked.
protocol Transport {
  /// Goes on with what has to happen before the first byte; to be called again when the way it names is free.
  func open() -> OpenResult
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult
  /// After a blocked way the same bytes have to be offered again.
  func write(_ bytes: UnsafeRawBufferPointer, moreFollows: Bool) -> WriteResult
  /// Tells the peer that nothing more comes; reading stays possible. Done once it is not blocked.
  func endWriting() -> EndResult
}

/// Which way has to be free before a call is worth repeating.
enum BlockedWay {
  case reading, writing
}

enum OpenResult {
  case open
  case blocked(BlockedWay)
  case failed(TransportError)
}

enum ReadResult {
  case bytes(Int)
  case blocked(BlockedWay)
  /// The peer has said all it will say.
  case ended
  case failed(TransportError)
}

enum WriteResult {
  case bytes(Int)
  case blocked(BlockedWay)
  case failed(TransportError)
}

enum EndResult {
  case ended
  case blocked(BlockedWay)
}

/// Why a connection cannot go on.
enum TransportError: Error, Equatable, CustomStringConvertible {
  case system(SystemCallError)
  /// The peer has closed before TLS was through, or without saying so (RFC 8446 section 6.1): what it sent may be cut.
  case truncated
  /// The peer has left; what was still to be sent to it is discarded (RFC 5246 section 7.2.1).
  case peerLeft
  /// The bytes are those of HTTP without TLS.
  case plainHTTP
  /// Anything else that TLS found wrong, in OpenSSL's words.
  case tls(reason: String)

  var description: String {
    switch self {
    case .system(let error): error.description
    case .truncated: "the client closed the connection without ending TLS"
    case .peerLeft: "the client has left"
    case .plainHTTP: "the client spoke HTTP without TLS"
    case .tls(let reason): reason
    }
  }
}
