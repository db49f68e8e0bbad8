import Foundation
import InferenceRuntime

/// Keeps the algorithms that measuring has chosen from one start to the next, so that only the first one measures.
///
/// One file for each model of processor and version of the engine.
public struct AlgorithmCacheFile: Sendable {
  private let file: MachineFile

  /// - Parameter directory: by default `$XDG_CACHE_HOME/convserve`, else `~/.cache/convserve`.
  public init(directory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) {
    file = MachineFile("algorithms-v\(AlgorithmCache.version)", directory: directory, environment: environment)
  }

  public var path: String { file.path }

  /// What the file holds; an empty cache where there is none, or where it cannot be read.
  public func load() -> AlgorithmCache { AlgorithmCache(entries: file.load()) }

  /// Writes the cache where it holds more than the file does.
  ///
  /// - Throws: where the file cannot be written, which costs nothing but the time to measure again.
  public func save(_ cache: AlgorithmCache) throws { try file.save(cache.entries) }
}
