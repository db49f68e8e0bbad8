import Jobs

/// What a search goes through: parameters in the order of their paths.
public struct SearchSpace: Hashable, Sendable {
  /// In the order of their paths.
  public let parameters: [SearchParameter]
  /// Places in `parameters`, each behind those that its conditions name.
  let order: [Int]

  /// - Throws: `UnacceptableSetting` where nothing is to be searched, or parameters wait for one another.
  public init(_ parameters: [SearchParameter]) throws(UnacceptableSetting) {
    guard !parameters.isEmpty else {
      throw UnacceptableSetting(
        "parameters", "is empty, so that there is nothing to search", accepted: SpaceReader.acceptedDomains)
    }
    self.parameters = parameters.sorted { $0.path < $1.path }
    order = try Self.order(self.parameters)
  }

  /// The values at a point of the unit cube, of those parameters that count there.
  ///
  /// - Parameter point: a place from 0 to below 1 for each parameter.
  public func values(at point: [Double]) -> [String: JSONValue] {
    order.reduce(into: [:]) { values, index in
      let parameter = parameters[index]
      if parameter.isActive(beside: values) { values[parameter.path] = parameter.domain.value(at: point[index]) }
    }
  }

  /// All combinations of a grid, in an order in which the last parameter changes fastest; what does not count makes no difference.
  ///
  /// - Parameter limit: no more than this many and one are made.
  func grid(limit: Int) -> [[String: JSONValue]] {
    order.reduce([[:]]) { combinations, index in
      let parameter = parameters[index]
      var extended: [[String: JSONValue]] = []
      for values in combinations where extended.count <= limit {
        guard parameter.isActive(beside: values) else {
          extended.append(values)
          continue
        }
        for value in parameter.domain.gridValues(points: parameter.points) {
          extended.append(values.merging([parameter.path: value]) { $1 })
        }
      }
      return extended
    }
  }

  /// Parameters that others wait for come first; of those that wait for nobody, the first path.
  private static func order(_ parameters: [SearchParameter]) throws(UnacceptableSetting) -> [Int] {
    var (order, known): ([Int], Set<String>) = ([], [])
    let paths = Set(parameters.map(\.path))
    while order.count < parameters.count {
      let next = parameters.indices.first { index in
        !known.contains(parameters[index].path)
          && parameters[index].conditions.keys.allSatisfy { known.contains($0) || !paths.contains($0) }
      }
      guard let next else {
        let waiting = parameters.filter { !known.contains($0.path) }.map(\.path)
        throw UnacceptableSetting(
          "parameters.\(waiting[0])", "waits for itself, by way of the conditions of \(waiting.joined(separator: ", "))"
        )
      }
      order.append(next)
      known.insert(parameters[next].path)
    }
    return order
  }
}
