/// A map that is read as a vector. The value stays as it is, and a layer that needs another order arranges it.
///
/// A layer that reads the vector reads the map's value, and contributes to its gradient. So there is no backward
/// step: `PlanBuilder.recordForward` leaves out a layer that passes its input on.
struct FlattenLayer: DifferentiableLayer {
  private let source: LayerSource

  init(_ source: LayerSource) {
    self.source = source
  }

  func forward(_ plan: inout PlanBuilder) -> PlanValue { source.inputs[0] }

  func backward(_ gradient: PlanValue, _ plan: inout PlanBuilder) {}
}
