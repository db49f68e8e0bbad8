/// A checkpoint that a run cannot resume from.
public enum CheckpointError: Error, Hashable, Sendable {
  /// There is a checkpoint after `epochs` epochs, but the run was not asked to resume.
  case unfinished(path: String, epochs: Int)
  /// Another process trains a model of the same name.
  case inUse(path: String)
  /// The checkpoint's file cannot be read, or its tensors do not fit the network.
  case damaged(path: String, reason: String)
  /// The checkpoint belongs to another run. `differences` has one entry for each setting that differs.
  case different(path: String, differences: [RunIdentity.Difference])
}

extension CheckpointError: CustomStringConvertible {
  /// The problem in a sentence, and what can be done about it.
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
  /// The setting's name with its two values, each cut after 80 characters.
  public var description: String {
    "\(name): \(Self.text(kept)) in the checkpoint, \(Self.text(asked)) now"
  }

  private static func text(_ value: String?) -> String {
    guard let value else { return "nothing" }
    return value.count <= 80 ? value : value.prefix(77) + "..."
  }
}
