import NetworkGraph

/// Which values lie within which others, and how long each piece of memory is needed.
struct ValueOwners {
  private struct Slice {
    let whole: String
    /// Floats from the start of a sample of the whole.
    let start: Int
  }

  private let sliceOf: [String: Slice]
  private let counts: [String: Int]
  /// Index of the last layer that reads an owner or a slice of it; the network's output is read after the end.
  let lastUse: [String: Int]

  init(_ network: LoweredNetwork) {
    let slices = Self.concatenationSlices(network)
    sliceOf = slices
    counts = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0.storedCount) })
    var lastUse: [String: Int] = [:]
    func use(_ value: String, at index: Int) { lastUse[slices[value]?.whole ?? value] = index }
    for (index, layer) in network.layers.enumerated() {
      for input in layer.inputs { use(input, at: index) }
      use(layer.name, at: index)
    }
    use(network.outputName, at: network.layers.count)
    self.lastUse = lastUse
  }

  /// Values that are written straight into a larger one.
  var slices: Set<String> { Set(sliceOf.keys) }

  /// The value whose memory `value` lies in: most often itself.
  func owner(of value: String) -> String { sliceOf[value]?.whole ?? value }

  /// Floats from the start of a sample of the owner to `value`.
  func start(of value: String) -> Int { sliceOf[value]?.start ?? 0 }

  /// Floats of one sample.
  func count(of owner: String) -> Int { counts[owner]! }

  /// The inputs of blocked concatenations that can be written in place: made by a layer, and sliced nowhere else.
  private static func concatenationSlices(_ network: LoweredNetwork) -> [String: Slice] {
    var slices: [String: Slice] = [:]
    let makers = Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0) })
    var wholes: Set<String> = []
    for layer in network.layers {
      guard case .concatenate = layer.operation, layer.outputLayout != .planar else { continue }
      var start = 0
      for input in layer.inputs {
        guard let maker = makers[input] else { continue }
        if slices[input] == nil, !wholes.contains(input) {
          slices[input] = Slice(whole: layer.name, start: start)
          wholes.insert(layer.name)
        }
        start += maker.storedCount
      }
    }
    return slices
  }
}

extension LoweredLayer {
  /// Floats that one sample of the output takes.
  var storedCount: Int { outputShape.storedCount(outputLayout) }
}
