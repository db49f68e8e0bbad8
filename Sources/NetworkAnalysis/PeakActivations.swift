import NetworkGraph

/// The largest sum of tensors alive at one time, in bytes of f32 for the whole batch.
///
/// Layers run in order; the input and every output live from the layer that makes them to the last that takes them
/// (the network's answer to the end). Dropout and flatten are other names for their input and cost nothing; every
/// other layer writes a tensor of its own, in-place ReLU not assumed.
public func peakActivationBytes(of network: Network, shapes: NetworkShapes) -> Int {
  let owners = storageOwners(of: network)
  var lastUses = lastUses(of: network, owners: owners)
  let sizes = [4 * shapes.input.elements] + shapes.layers.map { 4 * $0.output.elements }
  var (alive, peak) = (sizes[0], 0)
  for (index, inputs) in network.wiring.inputs.enumerated() {
    let output = index + 1
    if owners[output] == output { alive += sizes[output] }
    peak = max(peak, alive)
    for value in inputs + [output] where lastUses[owners[value]] == index {
      alive -= sizes[owners[value]]
      // Freed once, however often the layer takes it.
      lastUses[owners[value]] = -1
    }
  }
  return peak
}

/// Which tensor each value is stored in, by the numbers of `NetworkWiring`: its own, or for the outputs of dropout and
/// flatten that of their input.
private func storageOwners(of network: Network) -> [Int] {
  var owners = [0]
  for (index, node) in network.nodes.enumerated() {
    owners.append(node.operator.traits.isView ? owners[network.wiring.inputs[index][0]] : index + 1)
  }
  return owners
}

/// Index of the last layer that makes or takes each stored tensor; past the end for the answer.
private func lastUses(of network: Network, owners: [Int]) -> [Int] {
  var last = [Int](repeating: -1, count: owners.count)
  for (index, inputs) in network.wiring.inputs.enumerated() {
    for value in inputs { last[owners[value]] = index }
    last[owners[index + 1]] = index
  }
  last[owners[network.wiring.output]] = network.nodes.count
  return last
}
