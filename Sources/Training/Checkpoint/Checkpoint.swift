import Foundation
import NetworkGraph

/// Where a run stands at the end of an epoch: all that it needs to go on as if nothing had happened.
struct Checkpoint: Sendable {
  /// What is not a tensor.
  struct Progress: Codable, Sendable {
    /// Tells this run from others of the same settings.
    var run: String
    var identity: RunIdentity
    /// Steps made by the optimiser.
    var steps: Int
    /// Weights that are in the average.
    var averaged: Int
    /// One entry for each epoch that is done.
    var curve: [EpochRecord]
    /// What the engine computes each layer with.
    var algorithms: [String: String]
    /// The epoch, from 1, with the lowest validation loss, where the run stops early.
    var bestEpoch: Int?

    enum CodingKeys: String, CodingKey {
      case run, identity, steps, averaged, curve, algorithms
      case bestEpoch = "best_epoch"
    }
  }

  var progress: Progress
  var weights: Weights
  /// The optimiser's vectors by name.
  var optimizer: [String: [Float]]
  /// The average of the weights, as long as all tensors together; empty where there is none.
  var average: [Float]
  /// Those of the best epoch; empty where the run does not stop early.
  var best: Weights
}

extension Checkpoint {
  private static let groups = (weights: "weights/", optimizer: "optimizer/", average: "average", best: "best/")
  private static let progressKey = "checkpoint"

  /// As one safetensors file holds it.
  var tensors: Weights {
    var tensors: Weights = [:]
    for (name, tensor) in weights { tensors[Self.groups.weights + name] = tensor }
    for (name, tensor) in best { tensors[Self.groups.best + name] = tensor }
    for (name, vector) in optimizer { tensors[Self.groups.optimizer + name] = WeightTensor(vector) }
    if !average.isEmpty { tensors[Self.groups.average] = WeightTensor(average) }
    return tensors
  }

  var metadata: [String: String] {
    [Self.progressKey: String(decoding: SortedJSON.data(progress), as: UTF8.self)]
  }

  /// - Throws: where the metadata is not a checkpoint's.
  init(tensors: Weights, metadata: [String: String]) throws {
    progress = try JSONDecoder().decode(Progress.self, from: Data((metadata[Self.progressKey] ?? "").utf8))
    func group(_ prefix: String) -> Weights {
      let members = tensors.filter { $0.key.hasPrefix(prefix) }
      return Dictionary(uniqueKeysWithValues: members.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    weights = group(Self.groups.weights)
    best = group(Self.groups.best)
    optimizer = group(Self.groups.optimizer).mapValues(\.values)
    average = tensors[Self.groups.average]?.values ?? []
  }
}

extension WeightTensor {
  fileprivate init(_ vector: [Float]) { self.init(shape: [vector.count], values: vector) }
}
