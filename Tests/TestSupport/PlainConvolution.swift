public import NetworkGraph

/// A convolution as nested loops in double precision, straight from its definition.
public struct PlainConvolution {
  private let convolution: Convolution
  private let input: TensorShape
  private let output: TensorShape
  private let weights: [Double]
  private let bias: [Double]?

  /// - Parameters:
  ///   - weights: `[outputs, inputs / groups, kernel height, kernel width]`.
  ///   - bias: one an output.
  public init(
    _ convolution: Convolution, input: TensorShape, output: TensorShape, weights: [Double], bias: [Double]?
  ) {
    self.convolution = convolution
    self.input = input
    self.output = output
    self.weights = weights
    self.bias = bias
  }

  /// `C x H x W` values to as many as the output has.
  public func run(_ values: [Double]) -> [Double] {
    let window = convolution.resolvedWindow(for: input)
    let (height, width) = (input.spatial.height, input.spatial.width)
    let groupInputs = input.channels / convolution.groups
    let groupOutputs = convolution.outputChannels / convolution.groups
    var results: [Double] = []
    results.reserveCapacity(output.elementsPerSample)
    for channel in 0..<convolution.outputChannels {
      for row in 0..<output.spatial.height {
        for column in 0..<output.spatial.width {
          var sum = bias?[channel] ?? 0
          for inner in 0..<groupInputs {
            let plane = (channel / groupOutputs * groupInputs + inner) * height * width
            let kernel = (channel * groupInputs + inner) * window.kernel.area
            for kernelRow in 0..<window.kernel.height {
              let y = row * window.stride.height - window.padding.top + kernelRow * window.dilation.height
              guard (0..<height).contains(y) else { continue }
              for kernelColumn in 0..<window.kernel.width {
                let x = column * window.stride.width - window.padding.left + kernelColumn * window.dilation.width
                guard (0..<width).contains(x) else { continue }
                sum += weights[kernel + kernelRow * window.kernel.width + kernelColumn] * values[plane + y * width + x]
              }
            }
          }
          results.append(sum)
        }
      }
    }
    return results
  }
}
