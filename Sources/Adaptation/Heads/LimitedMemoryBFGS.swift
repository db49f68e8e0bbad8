/// L-BFGS: Liu and Nocedal, On the Limited Memory BFGS Method for Large Scale Optimization, 1989; the two-loop recursion of
/// Nocedal and Wright, Numerical Optimization, algorithm 7.4.
///
/// Steps are halved until the value falls enough (Armijo), which is all that a smooth convex function needs.
struct LimitedMemoryBFGS {
  /// Pairs of steps and changes of the gradient that are remembered.
  var memory = 10
  var maximumIterations = 200
  /// Ends where no part of the gradient is larger.
  var gradientTolerance: Float = 1e-4
  /// Ends where a step makes the value smaller by no more than this part of it.
  var valueTolerance = 1e-7

  private struct Pair {
    let step: [Float]
    let change: [Float]
    /// 1 / (step . change)
    let scale: Double
  }

  /// - Parameter evaluate: gives the value at a place, and writes the gradient.
  /// - Returns: where the value is smallest.
  func minimise(from start: [Float], _ evaluate: (_ place: [Float], _ gradient: inout [Float]) -> Double) -> [Float] {
    var place = start
    var gradient = [Float](repeating: 0, count: start.count)
    var value = evaluate(place, &gradient)
    var pairs: [Pair] = []
    for _ in 0..<maximumIterations {
      guard gradient.contains(where: { abs($0) > gradientTolerance }) else { break }
      var direction = Self.direction(gradient, pairs)
      if Self.dot(direction, gradient) >= 0 {
        pairs = []
        direction = gradient.map { -$0 }
      }
      guard let next = descend(place, value, gradient, direction, isFirst: pairs.isEmpty, evaluate) else { break }
      let step = zip(next.place, place).map { $0 - $1 }
      let change = zip(next.gradient, gradient).map { $0 - $1 }
      let product = Self.dot(step, change)
      if product > 1e-12 * Self.dot(change, change) {
        pairs.append(Pair(step: step, change: change, scale: 1 / product))
        if pairs.count > memory { pairs.removeFirst() }
      }
      let gain = value - next.value
      (place, value, gradient) = next
      if gain <= valueTolerance * max(abs(value), 1e-3) { break }
    }
    return place
  }

  private typealias Point = (place: [Float], value: Double, gradient: [Float])

  /// `nil` where no step makes the value smaller: rounding is all that is left.
  private func descend(
    _ place: [Float], _ value: Double, _ gradient: [Float], _ direction: [Float], isFirst: Bool,
    _ evaluate: (_ place: [Float], _ gradient: inout [Float]) -> Double
  ) -> Point? {
    let slope = Self.dot(direction, gradient)
    var length: Float = isFirst ? Float(1 / max(Self.dot(gradient, gradient).squareRoot(), 1)) : 1
    var next = [Float](repeating: 0, count: place.count)
    var nextGradient = next
    for _ in 0..<30 {
      for index in place.indices { next[index] = place[index] + length * direction[index] }
      let nextValue = evaluate(next, &nextGradient)
      if nextValue <= value + 1e-4 * Double(length) * slope { return (next, nextValue, nextGradient) }
      length /= 2
    }
    return nil
  }

  private static func direction(_ gradient: [Float], _ pairs: [Pair]) -> [Float] {
    var direction = gradient.map { -$0 }
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = pair.scale * dot(pair.step, direction)
      factors.append(factor)
      add(-factor, pair.change, to: &direction)
    }
    if let last = pairs.last {
      let scale = Float(1 / (last.scale * dot(last.change, last.change)))
      for index in direction.indices { direction[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      let other = pair.scale * dot(pair.change, direction)
      add(factor - other, pair.step, to: &direction)
    }
    return direction
  }

  private static func dot(_ left: [Float], _ right: [Float]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += Double(left[index]) * Double(right[index]) }
    return sum
  }

  private static func add(_ factor: Double, _ values: [Float], to target: inout [Float]) {
    let factor = Float(factor)
    for index in target.indices { target[index] += factor * values[index] }
  }
}
