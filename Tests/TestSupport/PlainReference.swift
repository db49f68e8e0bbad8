import Glibc
public import NetworkGraph

/// Every operator as nested loops over `C x H x W` arrays, straight from its definition: slow, and easy to check
/// by eye. The fast engine is measured against it.
public struct PlainReference {
  private let network: Network
  private let weights: Weights

  public init(network: Network, weights: Weights) {
    self.network = network
    self.weights = weights
  }

  public func run(_ input: [Float]) throws -> [Float] {
    let shapes = try network.inferShapes()
    var values = [Network.inputName: input]
    for (node, layer) in zip(network.nodes, shapes.layers) {
      values[node.name] = compute(node, node.inputs.map { values[$0]! }, layer)
    }
    return values[network.outputName]!
  }

  private func compute(_ node: Node, _ inputs: [[Float]], _ shapes: LayerShapes) -> [Float] {
    func weight(_ name: String) -> [Float] { weights["\(node.name).\(name)"]?.values ?? [] }
    let (input, shape, output) = (inputs[0], shapes.inputs[0], shapes.output)
    switch node.operator {
    case .convolution(let convolution):
      return convolve(convolution, input, shape, output, weight("weight"), weight("bias"))
    case .fullyConnected(let layer):
      let (matrix, bias) = (weight("weight"), weight("bias"))
      return (0..<layer.outputFeatures).map { row in
        (bias.isEmpty ? 0 : bias[row])
          + input.indices.reduce(Float(0)) { $0 + matrix[row * input.count + $1] * input[$1] }
      }
    case .batchNormalization(let normalization):
      let (gamma, beta, mean, variance) = (
        weight("weight"), weight("bias"), weight("running_mean"), weight("running_var")
      )
      return perChannel(input, shape) { value, channel in
        (value - mean[channel]) / (variance[channel] + normalization.epsilon).squareRoot() * gamma[channel]
          + beta[channel]
      }
    case .maxPooling(let pooling):
      return pool(pooling.resolvedWindow(for: shape), input, shape, output) { values, _ in values.max()! }
    case .averagePooling(let pooling):
      let window = pooling.resolvedWindow(for: shape)
      return pool(window, input, shape, output) { values, padded in
        values.reduce(0, +) / Float(pooling.countIncludePad ? padded : values.count)
      }
    case .adaptiveAveragePooling(let pooling):
      return adaptive(input, shape, pooling.outputSize)
    case .globalAveragePooling:
      return adaptive(input, shape, 1)
    case .localResponseNormalization(let lrn):
      return normalize(lrn, input, shape)
    case .relu: return input.map { max($0, 0) }
    case .relu6: return input.map { min(max($0, 0), 6) }
    case .leakyReLU(let leaky): return input.map { $0 > 0 ? $0 : $0 * leaky.negativeSlope }
    case .tanh: return input.map { tanhf($0) }
    case .sigmoid: return input.map { 1 / (1 + expf(-$0)) }
    case .softmax: return softmax(input, shape)
    case .add: return input.indices.map { index in inputs.reduce(0) { $0 + $1[index] } }
    case .concatenate: return inputs.flatMap { $0 }
    case .channelPadding(let padding):
      let area = shape.spatial.area
      return [Float](repeating: 0, count: padding.before * area) + input
        + [Float](repeating: 0, count: padding.after * area)
    case .flatten, .dropout: return input
    }
  }

  private func convolve(
    _ convolution: Convolution, _ input: [Float], _ shape: TensorShape, _ output: TensorShape, _ weights: [Float],
    _ bias: [Float]
  ) -> [Float] {
    let window = convolution.resolvedWindow(for: shape)
    let (height, width) = (shape.spatial.height, shape.spatial.width)
    let groupInputs = shape.channels / convolution.groups
    let groupOutputs = convolution.outputChannels / convolution.groups
    return each(output) { channel, row, column in
      var sum = bias.isEmpty ? 0 : bias[channel]
      for inner in 0..<groupInputs {
        for kernelRow in 0..<window.kernel.height {
          for kernelColumn in 0..<window.kernel.width {
            let y = row * window.stride.height - window.padding.top + kernelRow * window.dilation.height
            let x = column * window.stride.width - window.padding.left + kernelColumn * window.dilation.width
            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
            let source = (channel / groupOutputs * groupInputs + inner) * height * width
            let tap = ((channel * groupInputs + inner) * window.kernel.height + kernelRow) * window.kernel.width
            sum += weights[tap + kernelColumn] * input[source + y * width + x]
          }
        }
      }
      return sum
    }
  }

  /// Calls `reduce` with the real values of each window, and its area with padding but without what hangs over.
  private func pool(
    _ window: Window, _ input: [Float], _ shape: TensorShape, _ output: TensorShape,
    _ reduce: ([Float], Int) -> Float
  ) -> [Float] {
    let (height, width) = (shape.spatial.height, shape.spatial.width)
    return each(output) { channel, row, column in
      var values: [Float] = []
      var padded = 0
      for kernelRow in 0..<window.kernel.height {
        for kernelColumn in 0..<window.kernel.width {
          let y = row * window.stride.height - window.padding.top + kernelRow * window.dilation.height
          let x = column * window.stride.width - window.padding.left + kernelColumn * window.dilation.width
          if y < height + window.padding.bottom, x < width + window.padding.right { padded += 1 }
          guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
          values.append(input[channel * height * width + y * width + x])
        }
      }
      return reduce(values, padded)
    }
  }

  private func adaptive(_ input: [Float], _ shape: TensorShape, _ size: Size2D) -> [Float] {
    let (height, width) = (shape.spatial.height, shape.spatial.width)
    return each(TensorShape(channels: shape.channels, height: size.height, width: size.width)) { channel, row, column in
      let rows = row * height / size.height..<((row + 1) * height + size.height - 1) / size.height
      let columns = column * width / size.width..<((column + 1) * width + size.width - 1) / size.width
      var sum: Float = 0
      for y in rows { for x in columns { sum += input[channel * height * width + y * width + x] } }
      return sum / Float(rows.count * columns.count)
    }
  }

  private func normalize(_ lrn: LocalResponseNormalization, _ input: [Float], _ shape: TensorShape) -> [Float] {
    let area = shape.spatial.area
    return input.indices.map { index in
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: area)
      var sum: Float = 0
      for neighbour in channel - lrn.size / 2...channel + (lrn.size - 1) / 2
      where (0..<shape.channels).contains(neighbour) {
        sum += input[neighbour * area + pixel] * input[neighbour * area + pixel]
      }
      return input[index] / powf(lrn.k + lrn.alpha / Float(lrn.size) * sum, lrn.beta)
    }
  }

  private func softmax(_ input: [Float], _ shape: TensorShape) -> [Float] {
    let area = shape.spatial.area
    return input.indices.map { index in
      let sum = (0..<shape.channels).reduce(Float(0)) { $0 + expf(input[$1 * area + index % area]) }
      return expf(input[index]) / sum
    }
  }

  private func perChannel(_ input: [Float], _ shape: TensorShape, _ function: (Float, Int) -> Float) -> [Float] {
    input.indices.map { function(input[$0], $0 / shape.spatial.area) }
  }

  private func each(_ shape: TensorShape, _ value: (_ channel: Int, _ row: Int, _ column: Int) -> Float) -> [Float] {
    (0..<shape.elementsPerSample).map { index in
      let (rest, column) = index.quotientAndRemainder(dividingBy: shape.spatial.width)
      let (channel, row) = rest.quotientAndRemainder(dividingBy: shape.spatial.height)
      return value(channel, row, column)
    }
  }
}
