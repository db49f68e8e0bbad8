import InferenceRuntime
import ModelServing

/// A file that keeps the algorithms of training from one start of the program to the next, one file for each model of
/// processor and kernel set.
public struct TrainingAlgorithmFile: Sendable {
  private let file: MachineFile

  /// Names the file without opening it.
  ///
  /// - Parameters:
  ///   - kernels: the instruction set that the algorithms belong to.
  ///   - directory: the folder of the file. By default it is `$XDG_CACHE_HOME/convserve`, or else
  ///     `~/.cache/convserve`.
  public init(_ kernels: ProcessorKernels, directory: String? = nil) {
    file = MachineFile(
      "training-algorithms-v\(AlgorithmChoices.version)-\(kernels.rawValue)", directory: directory)
  }

  /// The absolute path of the file, whether or not it exists.
  public var path: String { file.path }

  /// Reads the choices. If the file cannot be written, the result does not measure, because each start would choose
  /// differently and no run could be repeated.
  public func load() -> AlgorithmChoices {
    AlgorithmChoices(entries: file.load(), measures: file.isWritable)
  }

  /// Adds choices to the file.
  ///
  /// - Throws: an error of Foundation if the file cannot be written.
  public func save(_ choices: AlgorithmChoices) throws { try file.save(choices.entries) }
}
