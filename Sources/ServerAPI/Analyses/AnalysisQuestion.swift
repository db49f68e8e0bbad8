import Architectures
import Foundation
import ModelServing
import NetworkGraph

/// All that the answer to a question about networks depends on: equal questions have equal answers.
struct AnalysisQuestion: Hashable, Sendable {
  /// The operation's name: a summary, statistics or a comparison.
  let operation: String
  let networks: [AnalysedNetwork]
  var batch = 1
  /// What else decides the answer: how a graph is folded, which times were measured.
  var details: [String] = []
  let format: AnalysisFormat
}

/// A network that is asked about.
enum AnalysedNetwork: Hashable, Sendable {
  /// A published one, by its architecture's own name.
  case published(String, input: [Int], classes: Int)
  /// The one that runs for a model, by `ServedModel.id`: the same name and version may stand for other files tomorrow.
  case served(UUID)
}

extension AnalysedNetwork {
  /// - Parameters:
  ///   - input: the architecture's own where not given.
  ///   - classes: the architecture's own where not given.
  init(_ architecture: Architecture, input: [Int]? = nil, classes: Int? = nil) {
    self = .published(
      architecture.name, input: input ?? architecture.inputShape, classes: classes ?? architecture.defaultClasses)
  }

  init(_ model: ServedModel) { self = .served(model.id) }
}
