import Foundation

/// Everything that must be equal for a resumed run to give the same bits as an uninterrupted one: each setting, the
/// network's tensors, the data, the first weights, the program, its kernels and its algorithms.
public struct RunIdentity: Codable, Hashable, Sendable {
  /// The values by name. Settings have the names of their JSON members, for example `optimizer.momentum`.
  public var values: [String: String]

  /// The identity of a run.
  ///
  /// - Parameters:
  ///   - settings: the settings of the run.
  ///   - tensors: the tensors of the network; their names and shapes count.
  ///   - data: the fingerprint of the data.
  ///   - start: the weights that the run starts from; `nil` if they are drawn.
  ///   - build: the name of the program.
  ///   - kernels: the name of the instruction set.
  ///   - algorithms: the algorithm of each pass of each layer, if there was a choice.
  public init(
    settings: TrainingSettings, tensors: [ParameterStore.Parameter], dropout: [Float] = [], data: String,
    start: TrainingStart? = nil, build: String, kernels: String, algorithms: [String: String]
  ) {
    values = Self.flattened(settings)
    values["tensors"] = tensors.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
    if !dropout.isEmpty { values["dropout"] = dropout.map { "\($0)" }.joined(separator: ", ") }
    values["data"] = data
    if let start {
      values["first weights"] = start.digest
      if !start.frozen.isEmpty { values["frozen tensors"] = start.frozen.sorted().joined(separator: ", ") }
      values["statistics"] = start.freezesStatistics ? "running" : "of each batch"
    }
    values["build"] = build
    values["kernels"] = kernels
    for (layer, algorithm) in algorithms { values["algorithm of \(layer)"] = algorithm }
  }

  /// The values that differ from those of a checkpoint, sorted by name.
  public func differences(from other: RunIdentity) -> [Difference] {
    Set(values.keys).union(other.values.keys).sorted().compactMap { name in
      let (here, there) = (values[name], other.values[name])
      return here == there ? nil : Difference(name: name, kept: there, asked: here)
    }
  }

  /// A value that differs between a checkpoint and the run that should resume from it.
  public struct Difference: Hashable, Sendable {
    /// The name of the value, such as `optimizer.momentum`.
    public let name: String
    /// The value in the checkpoint; `nil` if the checkpoint has none.
    public let kept: String?
    /// The value of the run that should resume; `nil` if the run has none.
    public let asked: String?
  }

  /// `optimizer.momentum`: `0.9`, as JSON writes them.
  private static func flattened(_ settings: TrainingSettings) -> [String: String] {
    var values: [String: String] = [:]
    func add(_ path: String, _ value: Any) {
      if let object = value as? [String: Any] {
        for (name, member) in object { add(path.isEmpty ? name : "\(path).\(name)", member) }
      } else if let list = value as? [Any] {
        values[path] = list.map { "\($0)" }.joined(separator: ", ")
      } else {
        values[path] = "\(value)"
      }
    }
    if let object = try? JSONSerialization.jsonObject(with: SortedJSON.data(settings)) { add("", object) }
    return values
  }
}
