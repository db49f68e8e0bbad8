import Foundation

/// All that must be the same for a run to go on with the same bits, by name: each setting, the network's tensors, the data,
/// the program, its kernels and the algorithms that they use.
public struct RunIdentity: Codable, Hashable, Sendable {
  public var values: [String: String]

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

  /// What differs from another run, by name.
  public func differences(from other: RunIdentity) -> [Difference] {
    Set(values.keys).union(other.values.keys).sorted().compactMap { name in
      let (here, there) = (values[name], other.values[name])
      return here == there ? nil : Difference(name: name, kept: there, asked: here)
    }
  }

  public struct Difference: Hashable, Sendable {
    public let name: String
    /// Value in the checkpoint.
    public let kept: String?
    /// Value of the run that was asked for.
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
