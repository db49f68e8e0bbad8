import HTTPCore
import NetworkAnalysis
import NetworkGraph

extension CalculatorSetting {
  /// A convolution from the parameters of a request for it.
  ///
  /// - Throws: an error whose description names the parameter, what it held and what is accepted.
  public static func convolution(parameters: [(name: String, value: String?)]) throws -> CalculatorSetting {
    try Query(parameters).convolution()
  }

  /// The same for a pooling.
  public static func pooling(parameters: [(name: String, value: String?)]) throws -> CalculatorSetting {
    try Query(parameters).pooling()
  }
}

/// The parameters of the calculators: what a convolution or a pooling is, and what it is given.
extension Query {
  static let convolutionParameters = [
    "input", "filters", "kernel", "stride", "padding", "dilation", "groups", "bias", "format",
  ]
  static let poolingParameters = ["kind", "input", "kernel", "stride", "padding", "dilation", "ceil", "format"]

  /// Numbers of filters that can be asked for.
  static let acceptedFilters = 1...1 << 24

  /// - Throws: `RequestError`.
  func convolution() throws(RequestError) -> CalculatorSetting {
    let input = try requiredShape()
    guard let filters = try integer("filters", in: Self.acceptedFilters) else {
      throw .missingParameter(name: "filters", example: "filters=96")
    }
    return .convolution(
      Convolution(
        outputChannels: filters, kernel: try requiredKernel(), stride: try size("stride", from: 1) ?? 1,
        padding: try padding(), dilation: try size("dilation", from: 1) ?? 1,
        groups: try integer("groups", in: Self.acceptedFilters) ?? 1, hasBias: try flag("bias") ?? true),
      input: input)
  }

  /// - Throws: `RequestError`.
  func pooling() throws(RequestError) -> CalculatorSetting {
    let kind = try choice("kind", of: PoolingResult.Kind.self) ?? .max
    let (input, kernel) = (try requiredShape(), try requiredKernel())
    let (stride, padding, dilation) = (try size("stride", from: 1), try padding(), try size("dilation", from: 1) ?? 1)
    let ceilMode = try flag("ceil") ?? false
    try requirePoolable(padding, kernel, dilation)
    switch kind {
    case .max:
      let pooling = MaxPooling(
        kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
      return .maxPooling(pooling, input: input)
    case .average:
      guard dilation == 1 else {
        throw .unacceptedValue(
          name: "dilation", value: self["dilation"] ?? "", accepted: ["1 with kind=average", "any with kind=max"])
      }
      let pooling = AveragePooling(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
      return .averagePooling(pooling, input: input)
    }
  }

  /// `true` or `false`.
  func flag(_ name: String) throws(RequestError) -> Bool? {
    guard let value = self[name] else { return nil }
    guard let flag = Bool(value) else {
      throw .unacceptedValue(name: name, value: value, accepted: ["true", "false"])
    }
    return flag
  }

  private func requiredShape() throws(RequestError) -> TensorShape {
    guard let shape = try shape("input") else {
      throw .missingParameter(name: "input", example: "input=3x227x227")
    }
    return TensorShape(shape)
  }

  private func requiredKernel() throws(RequestError) -> Size2D {
    guard let kernel = try size("kernel", from: 1) else {
      throw .missingParameter(name: "kernel", example: "kernel=11")
    }
    return kernel
  }

  /// One extent for both directions, or height x width.
  private func size(_ name: String, from least: Int) throws(RequestError) -> Size2D? {
    guard let value = self[name] else { return nil }
    let accepted = least...TensorShape.maximumExtent
    let extents = DecimalNumber.extents(value) ?? []
    guard [1, 2].contains(extents.count), extents.allSatisfy(accepted.contains) else {
      throw .unacceptedValue(
        name: name, value: value,
        accepted: [
          "a whole number from \(accepted.lowerBound) to \(accepted.upperBound)", "height x width, for example 3x5",
        ])
    }
    return Size2D(height: extents[0], width: extents[extents.count - 1])
  }

  /// One extent, height x width, four extents of top, left, bottom and right, or `same`.
  private func padding() throws(RequestError) -> Padding {
    guard let value = self["padding"] else { return .none }
    if value == "same" { return .same }
    let edges = DecimalNumber.extents(value) ?? []
    guard edges.allSatisfy((0...TensorShape.maximumExtent).contains) else { throw unacceptedPadding(value) }
    switch edges.count {
    case 1: return .symmetric(Size2D(edges[0]))
    case 2: return .symmetric(Size2D(height: edges[0], width: edges[1]))
    case 4: return .edges(EdgePadding(top: edges[0], left: edges[1], bottom: edges[2], right: edges[3]))
    default: throw unacceptedPadding(value)
    }
  }

  /// Refuses padding of more than half the window, as PyTorch does: a window in a corner would hardly see any value.
  private func requirePoolable(
    _ padding: Padding, _ kernel: Size2D, _ dilation: Size2D
  ) throws(RequestError) {
    guard case .edges(let edges) = padding else { return }
    let (height, width) = (
      ((kernel.height - 1) * dilation.height + 1) / 2, ((kernel.width - 1) * dilation.width + 1) / 2
    )
    guard max(edges.top, edges.bottom) > height || max(edges.left, edges.right) > width else { return }
    throw .unacceptedValue(
      name: "padding", value: self["padding"] ?? "",
      accepted: ["at most half the window's extent: \(height) above and below, \(width) at the sides", "same"])
  }

  private func unacceptedPadding(_ value: String) -> RequestError {
    .unacceptedValue(
      name: "padding", value: value,
      accepted: [
        "a whole number from 0 to \(TensorShape.maximumExtent)", "height x width, for example 1x2",
        "top x left x bottom x right, for example 0x0x1x1", "same",
      ])
  }
}
