import NetworkGraph
import TestSupport
import Training

/// Draws layers and shapes.
enum LayerDraw {
  static let seeds = 0..<UInt64(TestEffort.count(usual: 16, thorough: 200))

  static func generator(_ seed: UInt64) -> CounterGenerator { CounterGenerator(seed: seed, stream: .shuffle) }
}

extension CounterGenerator {
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.upperBound - range.lowerBound + 1)
  }

  mutating func element<Element>(_ elements: [Element]) -> Element { elements[integer(below: elements.count)] }

  /// A map: small, or one time in six so large that threads share it out.
  mutating func map() -> TensorShape {
    bool(probability: 1 / 6)
      ? TensorShape(channels: integer(in: 33...50), height: integer(in: 16...20), width: integer(in: 16...20))
      : TensorShape(channels: integer(in: 1...37), height: integer(in: 1...9), width: integer(in: 1...9))
  }

  mutating func vector() -> TensorShape { TensorShape([integer(in: 1...70)]) }

  mutating func batch() -> Int { integer(in: 1...3) }
}
