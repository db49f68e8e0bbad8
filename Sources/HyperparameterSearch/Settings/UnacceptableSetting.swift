import Architectures

/// What a trial or a space says and cannot be done: where it stands, what is wrong, and what is accepted.
public struct UnacceptableSetting: Error, Hashable, Sendable, CustomStringConvertible {
  /// As the file names it, such as `parameters.learning_rate`; empty for the file as a whole.
  public var path: String
  /// Continues a sentence that begins with the path.
  public var problem: String
  public var accepted: String?

  public init(_ path: String, _ problem: String, accepted: String? = nil) {
    (self.path, self.problem, self.accepted) = (path, problem, accepted)
  }

  public var description: String {
    (path.isEmpty ? "the file" : path) + " " + problem + (accepted.map { "; accepted: \($0)" } ?? "")
  }

  /// A name that is not known, with the one that is nearest to it.
  static func unknown(_ path: String, _ name: String, among names: [String]) -> UnacceptableSetting {
    let nearest = names.map { (name: $0, distance: editDistance(name.lowercased(), $0)) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    let hint = nearest.flatMap { $0.distance <= max(2, name.count / 3) ? " (did you mean \($0.name)?)" : nil } ?? ""
    return UnacceptableSetting(path, "is not known\(hint)", accepted: names.joined(separator: ", "))
  }

  /// The same below another place.
  func below(_ place: String) -> UnacceptableSetting {
    UnacceptableSetting(Self.joined(place, path), problem, accepted: accepted)
  }

  static func joined(_ place: String, _ name: String) -> String {
    place.isEmpty || name.isEmpty ? place + name : "\(place).\(name)"
  }
}
