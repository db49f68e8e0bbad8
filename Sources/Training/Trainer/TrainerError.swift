/// A run that cannot begin or go on.
public enum TrainerError: Error, Hashable, Sendable {
  /// The loss became infinite or not a number. `step` counts the training steps of the run from 1, `epoch` the epochs
  /// from 1. `checkpoint` is the path of the last epoch's checkpoint, if there is one.
  case diverged(step: Int, epoch: Int, loss: Double, rate: Double, checkpoint: String?)
  /// Weights or validation outputs became infinite or not a number, though the loss of each step was finite. `tensor`
  /// names the first such tensor.
  case weightsDiverged(tensor: String, epoch: Int, rate: Double, checkpoint: String?)
  /// There are `given` class weights, but the data have `classes` classes.
  case classWeights(given: Int, classes: Int)
  /// The data have `given` classes, but the network has `outputs` outputs.
  case classes(given: Int, outputs: Int)
  /// The architecture cannot take inputs of the shape `given`, `[C, H, W]`, as `reason` says.
  case input(architecture: String, given: [Int], reason: String)
  /// The preprocessing in `file` makes inputs of the shape `gives`, but the network takes `network`; both are `[C, H,
  /// W]`.
  case preprocessing(file: String, gives: [Int], network: [Int])
  /// The run was asked to stop after `epochs` complete epochs. `checkpoint` is the path from which it can be resumed;
  /// `nil` if nothing was kept.
  case stopped(epochs: Int, of: Int, checkpoint: String?)
}

extension TrainerError: CustomStringConvertible {
  /// The problem in a sentence, with advice what to change.
  public var description: String {
    switch self {
    case .diverged(let step, let epoch, let loss, let rate, let checkpoint):
      "the loss became \(loss.isNaN ? "not a number" : "infinite") in step \(step) (epoch \(epoch)) at a learning rate of \(SettingText.text(rate)). "
        + Self.advice + Self.kept(checkpoint)
    case .weightsDiverged(let tensor, let epoch, let rate, let checkpoint):
      "values of \(tensor) became infinite or no numbers in epoch \(epoch) at a learning rate of "
        + "\(SettingText.text(rate)). " + Self.advice + Self.kept(checkpoint)
    case .classWeights(let given, let classes):
      "\(given) class weights were given, but there are \(classes) classes"
    case .classes(let given, let outputs): "the data have \(given) classes, but the network has \(outputs) outputs"
    case .input(let architecture, let given, let reason):
      "\(architecture) cannot be trained with an input of \(given.map(String.init).joined(separator: "x")): \(reason)"
    case .preprocessing(let file, let gives, let network):
      "\(file) makes images of \(Self.text(gives)), but the network takes \(Self.text(network)); set \"channel_order\", "
        + "\"resize\" and \"crop\" accordingly, or give --input"
    case .stopped(let epochs, let total, let checkpoint):
      checkpoint.map {
        "stopped; \(epochs) of \(total) epochs are kept in \($0), and the same command with --resume goes on from there"
      } ?? "stopped before the first epoch was done; nothing is kept"
    }
  }

  private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }

  private static let advice =
    "The rate is too high, or the initialisation unsuitable: try a tenth of the rate, --warm-up 1, --clip 1 or another "
    + "--initialization."

  private static func kept(_ checkpoint: String?) -> String {
    checkpoint.map { " The last good checkpoint is in \($0)." } ?? ""
  }
}
