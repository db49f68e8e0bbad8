import HTTPTypes

/// Who may call an operation that changes the server's state, by what the header and the peer tell.
///
/// A browser sends what pages of any origin ask it to, from the user's own machine, and a page can have its own name lead
/// to that machine (DNS rebinding). So an operation that changes something listens neither to other origins nor, where no
/// key proves who asks, to other machines and other names.
public enum StateChangePolicy {
  /// - Parameters:
  ///   - peer: the other end of the socket, such as `127.0.0.1:49152`. Fields that proxies add tell nothing: anybody can
  ///     write them.
  ///   - scheme: `http` or `https`, as the server speaks.
  ///   - hasKeys: whether the operation was asked for with an API key that allows it.
  ///   - bodyTypes: types of body that the operation takes.
  /// - Returns: nil where the request may go on.
  public static func refusal(
    of head: RequestHead, from peer: String, scheme: String, hasKeys: Bool, bodyTypes: [MediaType] = [.json]
  ) -> StateChangeRefusal? {
    (hasKeys ? nil : refusalOfStranger(head, peer)) ?? refusalOfPage(head.request, scheme)
      ?? refusalOfBody(head, taken: bodyTypes)
  }

  private static func refusalOfStranger(_ head: RequestHead, _ peer: String) -> StateChangeRefusal? {
    guard Loopback.contains(peer: peer) else { return .otherMachine(peer: peer) }
    let authority = head.request.authority ?? ""
    guard Loopback.contains(authority: authority) else { return .foreignHost(seen: ASCII.excerpt(authority.utf8)) }
    return nil
  }

  /// Whether a page of another origin asks, by either of the fields with which browsers say so: Origin (WHATWG Fetch,
  /// section 3.1) and Sec-Fetch-Site (W3C Fetch Metadata, section 2.3). Programs send neither.
  private static func refusalOfPage(_ request: HTTPRequest, _ scheme: String) -> StateChangeRefusal? {
    let own = origin(scheme, request.authority ?? "")
    if let seen = request.headerFields[.origin], normalized(origin: seen) != own {
      return .foreignOrigin(seen: ASCII.excerpt(seen.utf8), own: ASCII.excerpt(own.utf8))
    }
    if let seen = request.headerFields[.secFetchSite], !StateChangeRefusal.acceptedSites.contains(seen) {
      return .foreignSite(seen: ASCII.excerpt(seen.utf8))
    }
    return nil
  }

  /// JSON is a type that forms cannot have, and for which browsers ask first. So are archives; an operation that takes
  /// forms besides has Origin and Sec-Fetch-Site alone between itself and pages. A chunked body counts as one, though it may
  /// turn out to be empty.
  private static func refusalOfBody(_ head: RequestHead, taken: [MediaType]) -> StateChangeRefusal? {
    guard head.framing.hasBody else { return nil }
    guard let seen = head.request.headerFields[.contentType] else { return .mediaType(seen: nil, taken: taken) }
    guard let type = try? MediaType(seen), taken.contains(where: { $0.essence == type.essence }) else {
      return .mediaType(seen: ASCII.excerpt(seen.utf8), taken: taken)
    }
    return nil
  }

  /// As browsers write it: in lower case, without the scheme's own port.
  private static func origin(_ scheme: String, _ authority: String) -> String {
    let defaultPort = scheme == "https" ? ":443" : ":80"
    let authority = ASCII.lowercased(authority)
    let redundant = [defaultPort, ":"].first { authority.hasSuffix($0) } ?? ""
    return "\(scheme)://\(authority.dropLast(redundant.count))"
  }

  private static func normalized(origin text: String) -> String {
    guard let separator = text.firstRange(of: "://") else { return text }
    return origin(ASCII.lowercased(text[..<separator.lowerBound]), String(text[separator.upperBound...]))
  }
}

extension HTTPField.Name {
  fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
