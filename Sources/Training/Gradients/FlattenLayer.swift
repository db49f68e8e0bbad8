/// A map that is taken as a vector: the value stays as it is, and layers that ask for another order arrange it.
///
/// What reads the vector reads the map's value, and contributes to that value's gradient. There is nothing to do backward,
/// and a plan never asks for it: `PlanBuilder.recordForward` leaves out a layer that passes its input on.
struct FlattenLayer: DifferentiableLayer {
  private let source: LayerSource

  init(_ source: LayerSource) {
    self.source = source
  }

  func forward(_ plan: inout PlanBuilder) -> PlanValue { source.inputs[0] }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {}
}
