import NetworkAnalysis
import NetworkGraph

/// The part of a network's input that one unit of a layer sees: Araujo et al., Computing Receptive Fields of Convolutional
/// Neural Networks, 2019.
public struct UnitField: Encodable, Hashable, Sendable {
  /// Pixels of the input, half-open.
  public struct Rectangle: Encodable, Hashable, Sendable {
    public let top: Int
    public let left: Int
    public let bottom: Int
    public let right: Int

    /// In the order of the names.
    enum CodingKeys: String, CodingKey {
      case bottom, left, right, top
    }

    public var region: Region {
      Region(top: Double(top), left: Double(left), bottom: Double(bottom), right: Double(right))
    }
  }

  public let network: String
  /// Channels, height, width.
  public let inputShape: [Int]
  public let layer: String
  /// Of the layer's output: channels, height, width.
  public let shape: [Int]
  public let row: Int
  public let column: Int
  /// Of every unit's field: height, width.
  public let size: [Int]
  /// Pixels from one unit's field to its neighbour's.
  public let jump: [Int]
  /// Centre of the first unit's field, the first pixel's centre being 0.5: y, x.
  public let start: [Double]
  /// What the unit sees, the padding around the input included.
  public let field: Rectangle
  /// The input's pixels of which the unit depends on some, exactly.
  public let clipped: Rectangle

  /// In the order of the names.
  enum CodingKeys: String, CodingKey {
    case clipped, column, field
    case inputShape = "input_shape"
    case jump, layer, network, row, shape, size, start
  }

  /// - Parameters:
  ///   - layer: the last stage of convolutions where not given.
  ///   - row: the middle one where not given.
  ///   - column: likewise.
  /// - Throws: `InspectionError`, `ShapeError`.
  public init(in network: Network, input: TensorShape? = nil, layer: String? = nil, row: Int? = nil, column: Int? = nil)
    throws
  {
    let layers = try MapLayers(network, input: input)
    let index = try layers.index(ofLayerOrLast: layer)
    let (name, map) = (network.nodes[index].name, layers.shape(index))
    let (row, column) = (row ?? map.spatial.height / 2, column ?? map.spatial.width / 2)
    guard (0..<map.spatial.height).contains(row) else {
      throw InspectionError.unknownUnit(layer: name, axis: .row, index: row, count: map.spatial.height)
    }
    guard (0..<map.spatial.width).contains(column) else {
      throw InspectionError.unknownUnit(layer: name, axis: .column, index: column, count: map.spatial.width)
    }
    let receptive = network.receptiveFields(shapes: layers.shapes)[index]
    self.network = network.name
    inputShape = layers.shapes.input.dimensions
    self.layer = name
    shape = map.dimensions
    (self.row, self.column) = (row, column)
    (size, jump, start) = (receptive.size, receptive.jump, receptive.start)
    let vertical = receptive.interval(axis: 0, unit: row)
    let horizontal = receptive.interval(axis: 1, unit: column)
    field = Rectangle(
      top: vertical.lowerBound, left: horizontal.lowerBound, bottom: vertical.upperBound, right: horizontal.upperBound)
    let part = FieldWalk.input(of: index, row: row, column: column, in: layers)
    clipped = Rectangle(
      top: part?.rows.lowerBound ?? 0, left: part?.columns.lowerBound ?? 0, bottom: part?.rows.upperBound ?? 0,
      right: part?.columns.upperBound ?? 0)
  }
}

extension ReceptiveField {
  /// The pixels that a unit sees along an axis: 0 for rows, 1 for columns.
  fileprivate func interval(axis: Int, unit: Int) -> Range<Int> {
    let lower = Int((start[axis] - Double(size[axis]) / 2).rounded()) + unit * jump[axis]
    return lower..<lower + size[axis]
  }
}
