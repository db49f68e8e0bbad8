import NetworkGraph

/// The steps that one layer adds to a plan. Each kind of layer is one file under `Gradients/`, with forward and
/// backward side by side.
protocol DifferentiableLayer {
  /// Records the steps that compute the layer, and keeps what `backward` needs.
  mutating func forward(_ plan: inout PlanBuilder) -> PlanValue

  /// Records the steps that compute the gradients of the layer's parameters and inputs, as far as they are asked for.
  ///
  /// - Parameter gradient: the loss's gradient with respect to what `forward` gave; no other layer reads it afterwards,
  ///   so that a step may write over it.
  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder)
}

/// A node with everything that its layer is made from.
struct LayerSource {
  let name: String
  let node: Node
  let inputs: [PlanValue]
  /// Shapes of the graph: vectors there may be maps in memory.
  let inputShapes: [TensorShape]
  let outputShape: TensorShape

  func tensorName(_ role: ParameterRole) -> String { node.tensorName(role) }
}
