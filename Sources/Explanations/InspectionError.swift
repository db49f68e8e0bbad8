import NetworkGraph

/// What cannot be asked of a network that is looked into.
public enum InspectionError: Error, Hashable, Sendable {
  /// - accepted: names of layers that could be asked for.
  case unknownLayer(network: String, layer: String, accepted: [String])
  /// A layer that gives a vector.
  case noMap(network: String, layer: String, shape: [Int], accepted: [String])
  /// A layer that does not convolve, where filters are asked for.
  case noFilters(network: String, layer: String, operatorName: String, accepted: [String])
  /// A network in which no layer gives maps.
  case noMaps(network: String)
  /// A network in which no layer convolves.
  case noConvolutions(network: String)
  /// A layer that the network's answer does not depend on.
  case unreadLayer(network: String, layer: String)
  /// A network that does not answer with a value for each class.
  case noClasses(network: String, shape: [Int])
  case unknownClass(index: Int, count: Int)
  /// - count: of the model's classes.
  case unknownClassName(String, count: Int)
  /// A name that more than one class has.
  case severalClasses(String, indices: [Int])
  /// Something that only another method lets a client choose.
  case foreignOption(String, method: ExplanationMethod)
  /// A unit outside its map.
  case unknownUnit(layer: String, axis: Axis, index: Int, count: Int)
  /// A first filter behind the last one.
  case unknownFilter(layer: String, index: Int, count: Int)
  /// A way to crop that shows a network several parts of a picture.
  case severalCrops
  case patch(side: Int, maximum: Int)
  case stride(Int, patch: Int)
  case tooManyPositions(count: Int, maximum: Int)
  /// More memory than explanations may take.
  case memory(needed: Int, limit: Int)

  /// A direction on a map.
  public enum Axis: String, Hashable, Sendable {
    case row, column
  }
}

extension InspectionError {
  /// Names or values that would have been accepted.
  public var accepted: [String]? {
    switch self {
    case .unknownLayer(_, _, let accepted), .noMap(_, _, _, let accepted), .noFilters(_, _, _, let accepted): accepted
    case .unknownClass(_, let count): ["a whole number from 0 to \(count - 1)"]
    case .unknownClassName(_, let count): ["a whole number from 0 to \(count - 1)", "a label of the model"]
    case .severalClasses(_, let indices): indices.map(String.init)
    case .foreignOption(_, let method): method.options
    case .unknownUnit(_, _, _, let count), .unknownFilter(_, _, let count): ["a whole number from 0 to \(count - 1)"]
    case .severalCrops: ["center", "stretch"]
    case .patch(_, let maximum): ["a whole number from 1 to \(maximum)"]
    case .stride(_, let patch): ["a whole number from 1 to \(patch)"]
    case .noMaps, .noConvolutions, .unreadLayer, .noClasses, .tooManyPositions, .memory: nil
    }
  }

  /// The layer that was asked for.
  public var layer: String? {
    switch self {
    case .unknownLayer(_, let layer, _), .noMap(_, let layer, _, _), .noFilters(_, let layer, _, _),
      .unreadLayer(_, let layer), .unknownUnit(let layer, _, _, _), .unknownFilter(let layer, _, _):
      layer
    case .noMaps, .noConvolutions, .noClasses, .unknownClass, .unknownClassName, .severalClasses, .foreignOption,
      .severalCrops, .patch, .stride, .tooManyPositions, .memory:
      nil
    }
  }
}

extension InspectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownLayer(let network, let layer, let accepted):
      "\(network) has no layer \"\(layer.prefix(60))\"; \(Self.some(of: accepted, near: layer))"
    case .noMap(let network, let layer, let shape, let accepted):
      "layer \(layer) of \(network) gives a vector of \(shape.reduce(1, *)) values, which has no place on the picture; "
        + Self.some(of: accepted, near: layer)
    case .noFilters(let network, let layer, let operatorName, let accepted):
      "layer \(layer) of \(network) is of kind \(operatorName) and has no filters; \(Self.some(of: accepted, near: layer))"
    case .noMaps(let network): "no layer of \(network) gives maps, so that nothing in it has a place on the picture"
    case .noConvolutions(let network): "no layer of \(network) convolves, so that it has no filters"
    case .unreadLayer(let network, let layer): "what \(network) answers does not depend on its layer \(layer)"
    case .noClasses(let network, let shape):
      "\(network) answers with values of shape \(shape.map(String.init).joined(separator: "x")), not with one for each class"
    case .unknownClass(let index, let count):
      "class=\(index) is none of the model's; accepted: a whole number from 0 to \(count - 1)"
    case .unknownClassName(let name, let count):
      "class=\(name.prefix(60)) is no label of the model; accepted: a label or its identifier, or a whole number from 0 to "
        + "\(count - 1)"
    case .severalClasses(let name, let indices):
      "class=\(name) names several classes; accepted: their numbers, \(indices.map(String.init).joined(separator: ", "))"
    case .foreignOption(let option, let method):
      "\(option) is no choice of method=\(method.rawValue); accepted beside it: \(method.options.joined(separator: ", "))"
    case .unknownUnit(let layer, let axis, let index, let count):
      "\(axis)=\(index) lies outside the map of layer \(layer); accepted: a whole number from 0 to \(count - 1)"
    case .unknownFilter(let layer, let index, let count):
      "from=\(index) is no filter of layer \(layer); accepted: a whole number from 0 to \(count - 1)"
    case .severalCrops:
      "the model is shown ten crops of a picture, and an explanation is about one; accepted: crop=center, crop=stretch"
    case .patch(let side, let maximum):
      "patch=\(side) does not fit the network's input; accepted: a whole number from 1 to \(maximum)"
    case .stride(let stride, let patch):
      "stride=\(stride) would leave gaps between patches of \(patch) pixels; accepted: a whole number from 1 to \(patch)"
    case .tooManyPositions(let count, let maximum):
      "the patch would be laid on \(count) places, each a run of the network; at most \(maximum) are accepted: give a larger "
        + "stride"
    case .memory(let needed, let limit):
      "this explanation takes \(needed >> 20) MiB of memory, and explanations may take \(limit >> 20) MiB: ask for a layer "
        + "that lies further back, or a smaller model"
    }
  }

  /// A few of the names, those that begin like what was asked for first.
  private static func some(of names: [String], near name: String) -> String {
    let shown = 8
    func likeness(_ other: String) -> Int { zip(other, name).prefix { $0 == $1 }.count }
    let sorted = names.enumerated().sorted {
      let (left, right) = (likeness($0.element), likeness($1.element))
      return left != right ? left > right : $0.offset < $1.offset
    }
    let some = sorted.prefix(shown).map(\.element).joined(separator: ", ")
    return "accepted: \(some)" + (names.count > shown ? ", ... (\(names.count) layers)" : "")
  }
}
