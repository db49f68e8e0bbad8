import Glibc
public import NetworkGraph

/// `output = activation(input * scale + shift)` for `count` values: batch normalisation of one channel.
public func scaleAndShift(
  input: UnsafePointer<Float>, scale: Float, shift: Float, activation: Activation, count: Int,
  output: UnsafeMutablePointer<Float>
) {
  for index in 0..<count { output[index] = input[index] * scale }
  addBiasAndActivate(output, count: count, bias: shift, activation: activation)
}

/// `output += input` for `count` values.
public func accumulate(_ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) {
  for index in 0..<count { output[index] += input[index] }
}

/// `exp(x) / sum(exp(x))` over `channels` values that lie `stride` apart, shifted by the largest so that nothing
/// overflows.
public func softmax(
  input: UnsafePointer<Float>, channels: Int, stride: Int, output: UnsafeMutablePointer<Float>
) {
  var largest = -Float.infinity
  for channel in 0..<channels { largest = max(largest, input[channel * stride]) }
  var sum: Float = 0
  for channel in 0..<channels {
    let value = Glibc.expf(input[channel * stride] - largest)
    output[channel * stride] = value
    sum += value
  }
  for channel in 0..<channels { output[channel * stride] /= sum }
}
