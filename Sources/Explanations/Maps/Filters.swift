import ImageInput
import ModelServing
import NetworkGraph
import Training

/// The kernels of a convolution.
public struct Filters: Encodable, Sendable {
  /// How filters are looked at.
  public enum Kind: String, CaseIterable, Encodable, Sendable {
    /// Three planes that look at red, green and blue: a small picture each.
    case color
    /// A picture for each input channel.
    case slices
  }

  /// One output channel's kernel.
  public struct Filter: Encodable, Hashable, Sendable {
    public let index: Int
    public let minimum: Float
    public let maximum: Float
    /// One an input channel.
    public let values: [SpatialMap]

    /// In the order of the names.
    enum CodingKeys: String, CodingKey {
      case index, maximum, minimum, values
    }
  }

  /// Most weights of an answer.
  public static let maximumValues = 1 << 20

  public let model: String
  public let version: String
  public let layer: String
  /// Output channels, input channels of a group, height, width.
  public let shape: [Int]
  public let kind: Kind
  /// What the three planes look at, where they are colours.
  public let channelOrder: ChannelOrder?
  /// The first of them, as many as an answer holds.
  public let filters: [Filter]

  /// In the order of the names.
  enum CodingKeys: String, CodingKey {
    case channelOrder = "channel_order"
    case filters, kind, layer, model, shape, version
  }
}

extension Filters {
  /// - Parameter weights: `[K][C][h][w]`.
  static func filters(_ weights: [Float], shape: [Int], from first: Int, count: Int) -> [Filter] {
    let size = shape.dropFirst().reduce(1, *)
    let fitting = max(maximumValues / max(size, 1), 1)
    return (first..<min(first + min(count, fitting), shape[0])).map { index in
      let values = Array(weights[index * size..<(index + 1) * size])
      return Filter(
        index: index, minimum: values.min() ?? 0, maximum: values.max() ?? 0,
        values: SpatialMap.channels(of: values, height: shape[2], width: shape[3]))
    }
  }
}

extension Inspector {
  /// The kernels of a convolution.
  ///
  /// - Parameters:
  ///   - layer: the first convolution where not given.
  ///   - first: index of the first kernel, less than there are.
  ///   - count: how many; no more come than there are, or than an answer holds.
  ///   - start: what the deadline counts from.
  /// - Throws: as `compute`.
  public func filters(
    layer: String? = nil, from first: Int = 0, count: Int = 64, timeout: Duration = .seconds(30),
    start: ContinuousClock.Instant = .now
  ) async throws -> Filters {
    let network = model.network
    let (index, node) = try convolution(layer)
    let isFirst = network.wiring.inputs[index] == [0]
    return try await compute(timeout: timeout, start: start) { [model] turns in
      try await turns.next { memory in
        let tensor = node.tensorName(.weight)
        let shape = memory.parameters[tensor].shape
        guard first < shape[0] else {
          throw InspectionError.unknownFilter(layer: node.name, index: first, count: shape[0])
        }
        let isColoured = shape[1] == 3 && isFirst
        return Filters(
          model: model.name, version: model.version, layer: node.name, shape: shape,
          kind: isColoured ? .color : .slices, channelOrder: isColoured ? model.preprocessing.channelOrder : nil,
          filters: Filters.filters(memory.values(of: tensor), shape: shape, from: first, count: count))
      }
    }
  }

  private func convolution(_ layer: String?) throws(InspectionError) -> (index: Int, node: Node) {
    let network = model.network
    let convolutions = network.nodes.enumerated().filter { $0.element.operator.isConvolution }
    guard let layer else {
      guard let first = convolutions.first else { throw .noConvolutions(network: network.name) }
      return (first.offset, first.element)
    }
    let names = convolutions.map(\.element.name)
    guard let node = network.nodes.first(where: { $0.name == layer }) else {
      throw .unknownLayer(network: network.name, layer: layer, accepted: names)
    }
    guard let found = convolutions.first(where: { $0.element.name == layer }) else {
      throw .noFilters(
        network: network.name, layer: layer, operatorName: node.operator.name, accepted: names)
    }
    return (found.offset, found.element)
  }
}

extension Operator {
  fileprivate var isConvolution: Bool {
    if case .convolution = self { true } else { false }
  }
}
