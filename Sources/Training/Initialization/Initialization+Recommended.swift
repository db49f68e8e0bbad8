import NetworkGraph

extension Initialization {
  /// What a network without a given initialisation starts with: Xavier's where it saturates (tanh, sigmoid), or else
  /// Kaiming's fan-out with residual blocks that start as the identity, as torchvision's ResNets can.
  public static func recommended(for network: Network) -> Initialization {
    let saturates = network.nodes.contains { ["tanh", "sigmoid"].contains($0.operator.name) }
    guard !saturates else { return Initialization(.xavier(.uniform)) }
    let hasBlocks = !network.lastScales().isEmpty
    return Initialization(.kaiming(.normal, hasBlocks ? .out : .in), zeroesLastScale: hasBlocks)
  }
}
