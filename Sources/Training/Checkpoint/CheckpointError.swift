/// A checkpoint that cannot be gone on from.
public enum CheckpointError: Error, Hashable, Sendable {
  /// There is one, and nobody asked to go on from it.
  case unfinished(path: String, epochs: Int)
  /// Another process makes a model of the same name.
  case inUse(path: String)
  case damaged(path: String, reason: String)
  /// It belongs to another run.
  case different(path: String, differences: [RunIdentity.Difference])
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unfinished(let path, let epochs):
      "\(path) holds a run that is not finished, \(epochs) \(epochs == 1 ? "epoch" : "epochs") long so far; go on with "
        + "--resume, or remove that folder to begin anew"
    case .inUse(let path): "another process is at work in \(path); wait for it, or give another name with --name"
    case .damaged(let path, let reason):
      "the checkpoint \(path) cannot be read: \(reason); remove its folder to begin anew"
    case .different(let path, let differences):
      "the checkpoint \(path) is of another run, so going on would not give what an undisturbed run gives:\n"
        + differences.map { "  \($0)" }.joined(separator: "\n")
        + "\nresume with what it was begun with, or remove its folder to begin anew"
    }
  }
}

extension RunIdentity.Difference: CustomStringConvertible {
  public var description: String {
    "\(name): \(Self.text(kept)) in the checkpoint, \(Self.text(asked)) now"
  }

  private static func text(_ value: String?) -> String {
    guard let value else { return "nothing" }
    return value.count <= 80 ? value : value.prefix(77) + "..."
  }
}
