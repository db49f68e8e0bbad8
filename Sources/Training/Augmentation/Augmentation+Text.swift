extension Augmentation {
  /// How an entry is written and read; one each, in the order in which they are applied.
  private struct Entry: Sendable {
    let name: String
    let accepted: String
    let read: @Sendable (_ entry: String, inout Augmentation) throws(AugmentationError) -> Void
    let text: @Sendable (Augmentation) -> String?
  }

  private static let entries: [Entry] = [
    entry(\.resizedCrop, RandomResizedCrop.self), entry(\.colourJitter, ColourJitter.self),
    entry(\.rotation, RandomRotation.self),
    Entry(name: Flip.randomName, accepted: Flip.accepted) { (text, list) throws(AugmentationError) in
      list.flip = try Flip(entry: text)
    } text: {
      $0.flip?.description
    },
    entry(\.shift, RandomShift.self), entry(\.erasing, RandomErasing.self),
  ]

  private static func entry<Part: AugmentationPart>(
    _ place: any WritableKeyPath<Augmentation, Part?> & Sendable, _: Part.Type
  ) -> Entry {
    Entry(name: Part.name, accepted: Part.accepted) { (text, list) throws(AugmentationError) in
      list[keyPath: place] = try Part(entry: text)
    } text: {
      $0[keyPath: place]?.description
    }
  }

  /// All entries that `init(list:)` accepts, with their parameters, ranges and defaults, for messages and
  /// documentation.
  public static let accepted = "none, or a list between commas of " + entries.map(\.accepted).joined(separator: ", ")

  /// Reads a list as `--augment` takes it: names between commas, with parameters after colons, such as
  /// `flip,shift:2,erase:0.5`. `none` and the empty text mean no augmentation.
  ///
  /// - Throws: `AugmentationError` for an unknown or repeated entry, and for a parameter that is missing, surplus or
  ///   out of range.
  public init(list: String) throws(AugmentationError) {
    self.init()
    guard list != "none", !list.isEmpty else { return }
    for text in list.split(separator: ",", omittingEmptySubsequences: false) {
      let name = text.prefix { $0 != ":" }
      let entryName = name == Flip.alternatingName ? Flip.randomName : String(name)
      guard let entry = Self.entries.first(where: { $0.name == entryName }) else {
        throw AugmentationError(entry: String(text), problem: "is not known", accepted: Self.accepted)
      }
      guard entry.text(self) == nil else {
        throw AugmentationError(
          entry: String(text), problem: "comes second, after \(entry.text(self) ?? "")", accepted: "one of a kind")
      }
      try entry.read(String(text), &self)
    }
  }
}

extension Augmentation: LosslessStringConvertible {
  /// Reads a list as `init(list:)` does; `nil` if the list is not accepted.
  public init?(_ text: String) {
    do {
      try self.init(list: text)
    } catch {
      return nil
    }
  }

  /// The list that `init(list:)` reads, in the order in which the changes are applied. Parameters with default values
  /// at the end of an entry are left out.
  public var description: String {
    let texts = Self.entries.compactMap { $0.text(self) }
    return texts.isEmpty ? "none" : texts.joined(separator: ",")
  }
}

extension Augmentation: TextCodable {}

/// One kind of change, as it is written in a list.
protocol AugmentationPart: Hashable, Sendable, CustomStringConvertible {
  static var name: String { get }
  /// The name with its parameters, their ranges and defaults.
  static var accepted: String { get }
  init(entry: String) throws(AugmentationError)
}
