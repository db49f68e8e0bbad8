import InferenceRuntime
import NetworkGraph
import Training

/// A network with its weights in memory, and the plan that was used last.
///
/// `@unchecked Sendable`: whoever took it from its `HeldNetwork` has it alone.
final class NetworkMemory: @unchecked Sendable {
  let network: Network
  let parameters: ParameterStore
  private let pool: WorkerPool
  /// Bytes that weights and a plan may take together.
  private let limit: Int
  private var last: (question: InspectionPlan.Question, plan: InspectionPlan)?

  /// - Throws: `WeightMismatch`, `ShapeError`, `InspectionError.memory`.
  init(_ network: Network, limit: Int, pool: WorkerPool, weights: () throws -> Weights) throws {
    let needed = try Self.weightBytes(of: network)
    guard needed <= limit else { throw InspectionError.memory(needed: needed, limit: limit) }
    self.network = network
    self.limit = limit
    self.pool = pool
    parameters = try ParameterStore(network, weights: weights())
  }

  static func weightBytes(of network: Network) throws(ShapeError) -> Int {
    try network.parameters().reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
  }

  var byteCount: Int { parameters.count * MemoryLayout<Float>.stride + (last?.plan.memoryBytes ?? 0) }

  /// The plan that answers a question, made where the last one answered another.
  ///
  /// - Throws: `InspectionError.memory`, `InspectionError.unreadLayer`.
  func plan(_ question: InspectionPlan.Question) throws -> InspectionPlan {
    if let last, last.question == question { return last.plan }
    last = nil
    let plan: InspectionPlan
    do {
      plan = try InspectionPlan(network, parameters: parameters, question: question, pool: pool)
    } catch TrainingError.unreadLayer(let network, let layer) {
      throw InspectionError.unreadLayer(network: network, layer: layer)
    }
    // Memory that nobody has touched is none yet.
    let needed = parameters.count * MemoryLayout<Float>.stride + plan.memoryBytes
    guard needed <= limit else { throw InspectionError.memory(needed: needed, limit: limit) }
    last = (question, plan)
    return plan
  }

  /// A tensor's values, row-major.
  func values(of tensor: String) -> [Float] {
    let range = parameters[tensor].range
    return Array(UnsafeBufferPointer(start: parameters.values + range.lowerBound, count: range.count))
  }
}
