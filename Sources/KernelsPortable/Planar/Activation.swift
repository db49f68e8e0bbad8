import Glibc

/// A function applied to each value as it is stored.
public enum Activation: Sendable, Hashable {
  case identity
  case relu
  case relu6
  case leakyReLU(slope: Float)
  case tanh
  case sigmoid
}

/// `values[i] = activation(values[i] + bias)` for `count` values in place.
public func addBiasAndActivate(
  _ values: UnsafeMutablePointer<Float>, count: Int, bias: Float, activation: Activation
) {
  switch activation {
  case .identity:
    if bias != 0 { transform(values, count) { $0 + bias } }
  case .relu:
    transform(values, count) { max($0 + bias, 0) }
  case .relu6:
    transform(values, count) { min(max($0 + bias, 0), 6) }
  case .leakyReLU(let slope):
    transform(values, count) { value in
      let sum = value + bias
      return sum > 0 ? sum : sum * slope
    }
  case .tanh:
    transform(values, count) { Glibc.tanhf($0 + bias) }
  case .sigmoid:
    transform(values, count) { 1 / (1 + Glibc.expf(-($0 + bias))) }
  }
}

@inline(__always)
private func transform(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ function: (Float) -> Float) {
  for index in 0..<count { values[index] = function(values[index]) }
}
