import NetworkGraph

/// The largest sum of values that are alive at one time, in bytes of f32 for the whole batch.
///
/// Layers run in the order of `nodes`. The network's input and every output live from the layer that makes them to the
/// last layer that takes them; the network's output lives to the end. Dropout and flatten share their input's memory
/// and cost nothing. Every other layer writes a tensor of its own, because in-place ReLU is not assumed.
///
/// - Parameter shapes: the result of `Network.inferShapes(input:)` for this network.
/// - Complexity: linear in the number of layers and their inputs.
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
      // A layer may take the same value twice, but the value is freed once.
      lastUses[owners[value]] = -1
    }
  }
  return peak
}

/// The value in whose memory each value is stored, by the numbers of `NetworkWiring`. The outputs of dropout and
/// flatten are stored in that of their input, all others in their own.
private func storageOwners(of network: Network) -> [Int] {
  var owners = [0]
  for (index, node) in network.nodes.enumerated() {
    owners.append(node.operator.traits.isView ? owners[network.wiring.inputs[index][0]] : index + 1)
  }
  return owners
}

/// Index of the last layer that makes or takes each stored value; past the end for the network's output.
private func lastUses(of network: Network, owners: [Int]) -> [Int] {
  var last = [Int](repeating: -1, count: owners.count)
  for (index, inputs) in network.wiring.inputs.enumerated() {
    for value in inputs { last[owners[value]] = index }
    last[owners[index + 1]] = index
  }
  last[owners[network.wiring.output]] = network.nodes.count
  return last
}
