import COpenSSL

/// OpenSSL's view of a `Socket`. Its own would raise SIGPIPE where a client has gone.
enum SocketBIO {
  /// A BIO that reads and writes `socket`, and does not close it; nil without memory.
  static func make(_ socket: Socket) -> OpaquePointer? {
    guard let bio = BIO_new(method.pointer) else { return nil }
    // All that there is to know of a socket is its number, which takes the pointer's place; one more, as 0 is none.
    BIO_set_data(bio, UnsafeMutableRawPointer(bitPattern: Int(socket.descriptor) + 1))
    BIO_set_init(bio, 1)
    return bio
  }

  private static func socket(of bio: OpaquePointer?) -> Socket {
    Socket(descriptor: Int32(Int(bitPattern: BIO_get_data(bio)) - 1))
  }

  /// `@unchecked Sendable`: never changed once it is made.
  private struct Method: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  private static let method: Method = {
    guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "convserve socket") else {
      preconditionFailure("no memory for OpenSSL")
    }
    BIO_meth_set_read(method) { bio, bytes, count in SocketBIO.read(bio, into: bytes, Int(count)) }
    BIO_meth_set_write(method) { bio, bytes, count in SocketBIO.write(bio, bytes, Int(count)) }
    BIO_meth_set_ctrl(method) { bio, command, _, _ in
      switch command {
      // Nothing is held back.
      case BIO_CTRL_FLUSH: 1
      case BIO_CTRL_EOF: BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0
      default: 0
      }
    }
    return Method(pointer: method)
  }()

  private static let retryFlags = BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY

  private static func read(_ bio: OpaquePointer?, into bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int32 {
    BIO_clear_flags(bio, retryFlags)
    switch socket(of: bio).read(into: UnsafeMutableRawBufferPointer(start: bytes, count: count)) {
    case .bytes(let count): return Int32(count)
    case .blocked:
      BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
      return -1
    case .ended:
      BIO_set_flags(bio, BIO_FLAGS_IN_EOF)
      return 0
    case .failed: return -1
    }
  }

  private static func write(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int32 {
    BIO_clear_flags(bio, retryFlags)
    switch socket(of: bio).write(UnsafeRawBufferPointer(start: bytes, count: count), moreFollows: false) {
    case .bytes(let count): return Int32(count)
    case .blocked:
      BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
      return -1
    case .failed: return -1
    }
  }
}
