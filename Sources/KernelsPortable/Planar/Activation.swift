import Glibc
public import NetworkGraph

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
  case .leakyReLU(let negativeSlope):
    transform(values, count) { value in
      let sum = value + bias
      return sum > 0 ? sum : sum * negativeSlope
    }
  case .hardSwish:
    transform(values, count) { value in
      let sum = value + bias
      return sum * min(max(sum + 3, 0), 6) / 6
    }
  case .hardSigmoid:
    transform(values, count) { min(max($0 + bias + 3, 0), 6) / 6 }
  case .silu:
    transform(values, count) { value in
      let sum = value + bias
      return sum / (1 + Glibc.expf(-sum))
    }
  case .gelu:
    transform(values, count) { value in
      let sum = value + bias
      return sum * (1 + Glibc.erff(sum * Float(0.5).squareRoot())) / 2
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
