import NetworkGraph

extension Initialization {
  /// The initialisation of a network for which the user chooses none.
  ///
  /// Networks with tanh or sigmoid get Xavier's uniform one. Networks with residual blocks get Kaiming's normal one
  /// with fan-out, and blocks that start as the identity, as torchvision's ResNets can. All others get Kaiming's
  /// normal one with fan-in.
  public static func recommended(for network: Network) -> Initialization {
    let saturates = network.nodes.contains { ["tanh", "sigmoid"].contains($0.operator.name) }
    guard !saturates else { return Initialization(.xavier(.uniform)) }
    let hasBlocks = !network.lastScales().isEmpty
    return Initialization(.kaiming(.normal, hasBlocks ? .out : .in), zeroesLastScale: hasBlocks)
  }
}
