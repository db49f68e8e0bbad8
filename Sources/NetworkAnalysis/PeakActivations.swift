import NetworkGraph

/// The largest sum of tensors alive at one time, in bytes of f32 for the whole batch.
///
/// Layers run in order; the input and every output live from the layer that makes them to the last that takes them
/// (the network's answer to the end). Dropout and flatten are other names for their input and cost nothing; every
/// other layer writes a tensor of its own, in-place ReLU not assumed.
public func peakActivationBytes(of network: Network, shapes: NetworkShapes) -> Int {
  let owners = storageOwners(of: network)
  let lastUses = lastUses(of: network, owners: owners)
  var sizes = [Network.inputName: 4 * shapes.input.elements]
  var (alive, peak) = (sizes[Network.inputName]!, 0)
  for (index, node) in network.nodes.enumerated() {
    if owners[node.name] == node.name {
      sizes[node.name] = 4 * shapes.layers[index].output.elements
      alive += sizes[node.name]!
    }
    peak = max(peak, alive)
    let touched = Set((node.inputs + [node.name]).map { owners[$0]! })
    for owner in touched where lastUses[owner] == index { alive -= sizes[owner]! }
  }
  return peak
}

/// Which tensor each layer's output is stored in: its own, or for dropout and flatten that of its input.
private func storageOwners(of network: Network) -> [String: String] {
  var owners = [Network.inputName: Network.inputName]
  for node in network.nodes {
    owners[node.name] = node.operator.traits.isView ? owners[node.inputs[0]] : node.name
  }
  return owners
}

/// Index of the last layer that makes or takes each stored tensor; past the end for the answer.
private func lastUses(of network: Network, owners: [String: String]) -> [String: Int] {
  var last: [String: Int] = [:]
  for (index, node) in network.nodes.enumerated() {
    for name in node.inputs + [node.name] { last[owners[name]!] = index }
  }
  last[owners[network.outputName]!] = network.nodes.count
  return last
}
