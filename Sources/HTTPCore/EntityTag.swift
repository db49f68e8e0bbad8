/// What tells one form of an answer from every other at the same path (RFC 9110 section 8.8.3).
public struct EntityTag: Sendable, Hashable, CustomStringConvertible {
  /// Whether it says only that the answers mean the same, not that their bytes are equal.
  public let isWeak: Bool
  /// What stands between the quotes.
  public let opaque: String

  /// - Parameter opaque: visible ASCII without double quotes.
  public init(_ opaque: String, isWeak: Bool = false) {
    precondition(opaque.utf8.allSatisfy(Self.isOpaqueCharacter), "no entity tag can hold \(opaque)")
    self.init(checked: opaque, isWeak: isWeak)
  }

  private init(checked opaque: String, isWeak: Bool) {
    self.isWeak = isWeak
    self.opaque = opaque
  }

  /// As it stands in a field.
  public var description: String { (isWeak ? "W/" : "") + "\"\(opaque)\"" }

  /// Whether both mean the same, whatever their bytes are: the weak comparison of section 8.8.3.2.
  public func isEquivalent(to other: EntityTag) -> Bool { opaque == other.opaque }

  /// etagc of section 8.8.3.
  private static func isOpaqueCharacter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (ASCII.isVisible(byte) && byte != ASCII.quote)
  }
}

extension EntityTag {
  /// Takes a tag from the beginning of `bytes`; nil, and nothing taken, where there is none.
  init?(takingFrom bytes: inout ArraySlice<UInt8>) {
    let isWeak = bytes.starts(with: Self.weakness)
    var rest = isWeak ? bytes.dropFirst(Self.weakness.count) : bytes
    guard rest.popFirst() == ASCII.quote else { return nil }
    let opaque = rest.prefix(while: Self.isOpaqueCharacter)
    rest = rest[opaque.endIndex...]
    guard rest.popFirst() == ASCII.quote else { return nil }
    self.init(checked: String(decoding: opaque, as: UTF8.self), isWeak: isWeak)
    bytes = rest
  }

  /// Its case matters.
  private static let weakness = Array("W/".utf8)
}
