import InferenceRuntime
import ModelServing

/// Keeps the algorithms that were chosen for training, so that a machine measures once for each kernel set.
public struct TrainingAlgorithmFile: Sendable {
  private let file: MachineFile

  /// - Parameter directory: by default `$XDG_CACHE_HOME/convserve`, else `~/.cache/convserve`.
  public init(_ kernels: ProcessorKernels, directory: String? = nil) {
    file = MachineFile(
      "training-algorithms-v\(AlgorithmChoices.version)-\(kernels.rawValue)", directory: directory)
  }

  public var path: String { file.path }

  /// What the file holds. Where it cannot be written, nothing is measured: another start would choose otherwise.
  public func load() -> AlgorithmChoices {
    AlgorithmChoices(entries: file.load(), measures: file.isWritable)
  }

  /// - Throws: where the file cannot be written.
  public func save(_ choices: AlgorithmChoices) throws { try file.save(choices.entries) }
}
