import Foundation
import InferenceRuntime

/// A file that keeps the measured times of convolution algorithms from one start of the program to the next, so that
/// only the first start measures.
///
/// There is one file for each model of processor and each version of the engine (`AlgorithmCache.version`).
public struct AlgorithmCacheFile: Sendable {
  private let file: MachineFile

  /// Names the file without opening it.
  ///
  /// - Parameters:
  ///   - directory: the folder of the file. By default it is `$XDG_CACHE_HOME/convserve`, or else
  ///     `~/.cache/convserve`.
  ///   - environment: the environment variables that give the default folder.
  public init(directory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) {
    file = MachineFile("algorithms-v\(AlgorithmCache.version)", directory: directory, environment: environment)
  }

  /// The absolute path of the file, whether or not it exists.
  public var path: String { file.path }

  /// Reads the measured times. The cache is empty if the file does not exist or cannot be read.
  public func load() -> AlgorithmCache { AlgorithmCache(entries: file.load()) }

  /// Adds the times of a cache to the file, if the file lacks some of them. The file is replaced whole.
  ///
  /// - Throws: an error of Foundation if the file cannot be written. The only loss is the time to measure again.
  public func save(_ cache: AlgorithmCache) throws { try file.save(cache.entries) }
}
