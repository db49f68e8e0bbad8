import COpenSSL

/// Which protocol is spoken over TLS (RFC 7301).
enum ALPN {
  /// The best first.
  private static let protocols = ["http/1.1", "http/1.0"].map { Array($0.utf8) }

  /// OpenSSL's callback: puts the best that a client offers into `selected`. A client that offers others alone is told
  /// so by the alert no_application_protocol; one that offers none is not asked here, and gets HTTP/1.1.
  static func select(
    _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ selectedLength: UnsafeMutablePointer<UInt8>?,
    _ offer: UnsafePointer<UInt8>?, _ offerLength: UInt32
  ) -> Int32 {
    guard let offer else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let names = names(in: UnsafeBufferPointer(start: offer, count: Int(offerLength)))
    for wanted in protocols {
      guard let name = names.first(where: { $0.elementsEqual(wanted) }) else { continue }
      selected?.pointee = UnsafePointer(name.baseAddress)
      selectedLength?.pointee = UInt8(name.count)
      return SSL_TLSEXT_ERR_OK
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
  }

  /// The names in an offer, each behind a byte that tells its length.
  private static func names(in offer: UnsafeBufferPointer<UInt8>) -> [UnsafeBufferPointer<UInt8>] {
    var names: [UnsafeBufferPointer<UInt8>] = []
    var rest = offer[...]
    while let length = rest.popFirst(), Int(length) <= rest.count {
      names.append(UnsafeBufferPointer(rebasing: rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    return names
  }
}
