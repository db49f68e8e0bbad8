import HTTPTypes

/// Why a request may not change the server's state. What was seen are excerpts.
public enum StateChangeRefusal: Error, Sendable, Hashable {
  /// It comes from another machine, and no key is asked for.
  case otherMachine(peer: String)
  /// Its Host may mean another machine, and no key is asked for.
  case foreignHost(seen: String)
  /// Its Origin is not the one that it is sent to.
  case foreignOrigin(seen: String, own: String)
  /// Its Sec-Fetch-Site says that a page of another origin asks.
  case foreignSite(seen: String)
  /// Its body has another type than those that are taken, or none.
  case mediaType(seen: String?, taken: [MediaType] = [.json])

  /// Values of Sec-Fetch-Site that are taken: the page itself, and the user, who typed the address.
  static let acceptedSites = ["same-origin", "none"]

  public var suggestedStatus: HTTPResponse.Status {
    switch self {
    case .otherMachine, .foreignHost, .foreignOrigin, .foreignSite: .forbidden
    case .mediaType: .unsupportedMediaType
    }
  }

  /// Values that would have been taken, where there is a list of them.
  public var accepted: [String]? {
    switch self {
    case .otherMachine: nil
    case .foreignHost: ["localhost", "127.0.0.1", "[::1]"]
    case .foreignOrigin(_, let own): [own]
    case .foreignSite: Self.acceptedSites
    case .mediaType(_, let taken): taken.map(\.essence)
    }
  }
}

extension StateChangeRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .otherMachine(let peer):
      "This changes the server's state. Without an API key that is done over the loopback alone, and \(peer) is no address of it: "
        + "start the server with --api-keys, and send a key."
    case .foreignHost(let seen):
      "This changes the server's state. Without an API key it is done under a name of the loopback alone, such as "
        + "localhost, and the Host \"\(seen)\" is none: use one, or start the server with --api-keys, and send a key."
    case .foreignOrigin(let seen, let own):
      "This changes the server's state, which pages of other origins may not, whatever --cors-origins says: "
        + "the Origin is \"\(seen)\", not \(own)."
    case .foreignSite(let seen):
      "This changes the server's state, which pages of other origins may not, whatever --cors-origins says: "
        + "Sec-Fetch-Site is \"\(seen)\"; accepted: \(Self.acceptedSites.joined(separator: ", "))."
    case .mediaType(let seen, let taken):
      "This changes the server's state, and takes no body but \(taken == [.json] ? "JSON" : "those of a few types"): "
        + (seen.map { "the Content-Type is \"\($0)\"" } ?? "there is no Content-Type")
        + "; accepted: \(taken.map(\.essence).joined(separator: ", ")), or no body."
    }
  }
}
