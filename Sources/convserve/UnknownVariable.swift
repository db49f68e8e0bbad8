import Architectures

/// An environment variable that looks like a setting and is none. It may be meant for another program, so it is no
/// reason not to start.
struct UnknownVariable: Hashable, CustomStringConvertible {
  let name: String
  /// The setting's variable that is spelt most like it; nil where none is.
  let nearest: String?

  init(name: String, known: [String]) {
    self.name = name
    let nearest = known.map { (name: $0, distance: editDistance($0, name)) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    let limit = max(2, (name.count - Settings.prefix.count) / 3)
    self.nearest = nearest.flatMap { $0.distance <= limit ? $0.name : nil }
  }

  var description: String {
    "the environment variable \(name) is no setting of this server"
      + (nearest.map { "; did you mean \($0)?" } ?? "; `convserve serve --help` lists them")
  }
}
