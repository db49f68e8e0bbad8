import Glibc
public import NetworkGraph

/// Every operator as nested loops over `C x H x W` arrays in double precision, straight from its definition: slow, and
/// easy to check by eye. The fast engine is measured against it.
public struct PlainReference {
  /// What batch normalisation takes a channel's mean and variance from.
  public enum Statistics: String, Hashable, Sendable, Decodable {
    /// The stored ones, as when serving.
    case running
    /// The batch at hand, as when training; its variance is the mean of squares, not divided by one less.
    case batch
  }

  private let network: Network
  /// Values of a tensor by its name in the weight file.
  private let tensor: (String) -> [Double]

  public init(network: Network, weights: Weights) {
    self.network = network
    tensor = { weights[$0]!.values.map(Double.init) }
  }

  /// - Parameter tensors: row-major values in double precision by name in the weight file.
  public init(network: Network, tensors: [String: [Double]]) {
    self.network = network
    tensor = { tensors[$0]! }
  }

  /// The network's answer for one sample, rounded to f32 at the very end.
  public func run(_ input: [Float]) throws -> [Float] {
    try run([input.map(Double.init)], statistics: .running)[0].map(Float.init)
  }

  /// The network's answers for a batch of samples, in double precision throughout.
  public func run(_ batch: [[Double]], statistics: Statistics) throws -> [[Double]] {
    let shapes = try network.inferShapes()
    var values = [Network.inputName: batch]
    for (node, layer) in zip(network.nodes, shapes.layers) {
      let inputs = node.inputs.map { values[$0]! }
      if case .batchNormalization(let normalization) = node.operator, statistics == .batch {
        values[node.name] = normalizeBatch(normalization, node, inputs[0], layer.output)
      } else {
        values[node.name] = batch.indices.map { sample in compute(node, inputs.map { $0[sample] }, layer) }
      }
    }
    return values[network.outputName]!
  }

  /// Ioffe and Szegedy, 2015, algorithm 1: every channel by the mean and variance of all its values in the batch.
  private func normalizeBatch(
    _ normalization: BatchNormalization, _ node: Node, _ batch: [[Double]], _ shape: TensorShape
  ) -> [[Double]] {
    let (gamma, beta) = (tensor(node.tensorName(.weight)), tensor(node.tensorName(.bias)))
    let area = shape.spatial.area
    let count = Double(batch.count * area)
    var answers = batch
    for channel in 0..<shape.channels {
      let places = channel * area..<(channel + 1) * area
      let mean = batch.reduce(0) { $0 + $1[places].reduce(0, +) } / count
      let variance = batch.reduce(0) { $0 + $1[places].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } } / count
      let scale = gamma[channel] / (variance + Double(normalization.epsilon)).squareRoot()
      for sample in batch.indices {
        for place in places { answers[sample][place] = (batch[sample][place] - mean) * scale + beta[channel] }
      }
    }
    return answers
  }

  /// What one layer makes of one sample, each of its inputs row-major.
  public func compute(_ node: Node, _ inputs: [[Double]], _ shapes: LayerShapes) -> [Double] {
    func tensor(_ role: ParameterRole) -> [Double] { self.tensor(node.tensorName(role)) }
    let (input, shape, output) = (inputs[0], shapes.inputs[0], shapes.output)
    switch node.operator {
    case .convolution(let convolution):
      let bias = convolution.hasBias ? tensor(.bias) : nil
      return PlainConvolution(convolution, input: shape, output: output, weights: tensor(.weight), bias: bias).run(
        input)
    case .fullyConnected(let layer):
      let (matrix, bias) = (tensor(.weight), layer.hasBias ? tensor(.bias) : nil)
      return (0..<layer.outputFeatures).map { row in
        input.indices.reduce(bias?[row] ?? 0) { $0 + matrix[row * input.count + $1] * input[$1] }
      }
    case .batchNormalization(let normalization):
      let (gamma, beta) = (tensor(.weight), tensor(.bias))
      let (mean, variance) = (tensor(.runningMean), tensor(.runningVariance))
      return perChannel(input, shape) { value, channel in
        (value - mean[channel]) / (variance[channel] + Double(normalization.epsilon)).squareRoot() * gamma[channel]
          + beta[channel]
      }
    case .maxPooling(let pooling):
      return pool(pooling.resolvedWindow(for: shape), input, shape, output) { values, _ in values.max() ?? -.infinity }
    case .averagePooling(let pooling):
      let window = pooling.resolvedWindow(for: shape)
      return pool(window, input, shape, output) { values, padded in
        values.reduce(0, +) / Double(pooling.countIncludePad ? padded : values.count)
      }
    case .adaptiveAveragePooling(let pooling): return adaptive(input, shape, pooling.outputSize)
    case .globalAveragePooling: return adaptive(input, shape, 1)
    case .localResponseNormalization(let lrn): return normalize(lrn, input, shape)
    case .relu, .relu6, .leakyReLU, .hardSwish, .hardSigmoid, .silu, .gelu, .tanh, .sigmoid:
      return input.map(node.operator.activation!.apply)
    case .prelu(let prelu):
      let slopes = tensor(.weight)
      return perChannel(input, shape) { $0 > 0 ? $0 : $0 * slopes[prelu.isShared ? 0 : $1] }
    case .softmax: return softmax(input, shape)
    case .add: return input.indices.map { index in inputs.reduce(0) { $0 + $1[index] } }
    case .multiply: return multiply(inputs, shapes)
    case .concatenate(let concatenate): return join(inputs, shapes, axis: concatenate.axis)
    case .channelPadding(let padding):
      return each(output) { channel, row, column in
        let source = channel - padding.before
        return (0..<shape.channels).contains(source) ? input[shape.index(source, row, column)] : 0
      }
    case .channelShuffle(let shuffle):
      return each(output) { channel, row, column in
        let stack = channel % shuffle.groups
        let source = stack * (shape.channels / shuffle.groups) + channel / shuffle.groups
        return input[shape.index(source, row, column)]
      }
    case .channelSlice(let slice):
      return each(output) { channel, row, column in input[shape.index(slice.start + channel, row, column)] }
    case .flatten, .dropout: return input
    }
  }

  /// An input of one value for each channel has it in the place of every pixel.
  private func multiply(_ inputs: [[Double]], _ shapes: LayerShapes) -> [Double] {
    (0..<shapes.output.elementsPerSample).map { index in
      zip(inputs, shapes.inputs).reduce(1) { product, input in
        let (values, shape) = input
        return product * values[shape == shapes.output ? index : index / shapes.output.spatial.area]
      }
    }
  }

  /// Rows of everything behind `axis`, from each input in turn, for every place in front of it.
  private func join(_ inputs: [[Double]], _ shapes: LayerShapes, axis: Int) -> [Double] {
    let places = shapes.output.dimensions.prefix(axis - 1).reduce(1, *)
    return (0..<places).flatMap { place in
      zip(inputs, shapes.inputs).flatMap { values, shape in
        let length = shape.elementsPerSample / places
        return values[place * length..<(place + 1) * length]
      }
    }
  }

  /// Calls `reduce` with the real values of each window, and its area with padding but without what hangs over.
  private func pool(
    _ window: Window, _ input: [Double], _ shape: TensorShape, _ output: TensorShape,
    _ reduce: ([Double], Int) -> Double
  ) -> [Double] {
    let (height, width) = (shape.spatial.height, shape.spatial.width)
    return each(output) { channel, row, column in
      var values: [Double] = []
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

  private func adaptive(_ input: [Double], _ shape: TensorShape, _ size: Size2D) -> [Double] {
    let (height, width) = (shape.spatial.height, shape.spatial.width)
    return each(TensorShape(channels: shape.channels, height: size.height, width: size.width)) { channel, row, column in
      let rows = row * height / size.height..<((row + 1) * height + size.height - 1) / size.height
      let columns = column * width / size.width..<((column + 1) * width + size.width - 1) / size.width
      var sum: Double = 0
      for y in rows { for x in columns { sum += input[channel * height * width + y * width + x] } }
      return sum / Double(rows.count * columns.count)
    }
  }

  private func normalize(_ lrn: LocalResponseNormalization, _ input: [Double], _ shape: TensorShape) -> [Double] {
    let area = shape.spatial.area
    return input.indices.map { index in
      let (channel, pixel) = index.quotientAndRemainder(dividingBy: area)
      var sum: Double = 0
      for neighbour in channel - lrn.size / 2...channel + (lrn.size - 1) / 2
      where (0..<shape.channels).contains(neighbour) {
        sum += input[neighbour * area + pixel] * input[neighbour * area + pixel]
      }
      return input[index] / pow(Double(lrn.k) + Double(lrn.alpha) / Double(lrn.size) * sum, Double(lrn.beta))
    }
  }

  private func softmax(_ input: [Double], _ shape: TensorShape) -> [Double] {
    let area = shape.spatial.area
    return input.indices.map { index in
      let sum = (0..<shape.channels).reduce(Double(0)) { $0 + exp(input[$1 * area + index % area]) }
      return exp(input[index]) / sum
    }
  }

  private func perChannel(_ input: [Double], _ shape: TensorShape, _ function: (Double, Int) -> Double) -> [Double] {
    input.indices.map { function(input[$0], $0 / shape.spatial.area) }
  }

  private func each(_ shape: TensorShape, _ value: (_ channel: Int, _ row: Int, _ column: Int) -> Double) -> [Double] {
    (0..<shape.elementsPerSample).map { index in
      let (rest, column) = index.quotientAndRemainder(dividingBy: shape.spatial.width)
      let (channel, row) = rest.quotientAndRemainder(dividingBy: shape.spatial.height)
      return value(channel, row, column)
    }
  }
}

extension TensorShape {
  /// Place of a value in a row-major array of one sample.
  fileprivate func index(_ channel: Int, _ row: Int, _ column: Int) -> Int {
    (channel * spatial.height + row) * spatial.width + column
  }
}
