import KernelTemplates
import NetworkGraph

/// Joins neighbouring groups of a convolution, as many as fill whole blocks of channels, where no algorithm takes the
/// groups as they are: the kernels of ResNeXt's and RegNet's 4 to 24 channels a group are padded with zeros.
///
/// That multiplies more than the layer asks for, and still takes a fraction of the time of a product for each group on
/// row-major maps. A value that is infinite or not a number reaches the outputs of all groups that were joined.
func mergeGroups(_ network: LoweredNetwork, kernels: KernelSet) -> LoweredNetwork {
  var network = network
  for index in network.layers.indices {
    guard case .convolution(let lowered) = network.layers[index].operation else { continue }
    let layer = network.layers[index]
    let problem = ConvolutionProblem(
      lowered, input: layer.inputShapes[0], output: layer.outputShape, isPlanarInput: false, maximumBatch: 1)
    if ConvolutionAlgorithms.able(problem, on: kernels).isEmpty {
      network.layers[index].operation = .convolution(merged(lowered, problem, lanes: kernels.lanes))
    }
  }
  return network
}

private func merged(_ lowered: LoweredConvolution, _ problem: ConvolutionProblem, lanes: Int) -> LoweredConvolution {
  let count = joinedGroups(
    of: problem.groups, inputs: problem.groupInputs, outputs: problem.groupOutputs, lanes: lanes)
  return lowered.merging(count, problem)
}

/// How many neighbouring groups are joined into one: the fewest that fill whole blocks of channels, or all groups.
///
/// - Parameters:
///   - inputs: input channels of one group.
///   - outputs: output channels of one group.
package func joinedGroups(of groups: Int, inputs: Int, outputs: Int, lanes: Int) -> Int {
  (1...groups).first { groups % $0 == 0 && $0 * inputs % lanes == 0 && $0 * outputs % lanes == 0 } ?? groups
}

extension LoweredConvolution {
  /// The same convolution with `count` neighbouring groups in the place of one.
  fileprivate func merging(_ count: Int, _ problem: ConvolutionProblem) -> LoweredConvolution {
    var merged = self
    merged.convolution = Convolution(
      outputChannels: convolution.outputChannels, kernel: convolution.kernel, stride: convolution.stride,
      padding: convolution.padding, dilation: convolution.dilation, groups: problem.groups / count,
      hasBias: convolution.hasBias)
    merged.mergedGroups = count
    let row = problem.groupInputs * problem.geometry.kernelArea
    let values = weights.withUnsafeValues { source in
      [Float](unsafeUninitializedCapacity: source.count * count) { target, initialized in
        target.initialize(repeating: 0)
        for output in 0..<problem.outputChannels {
          let place = output / problem.groupOutputs % count
          let start = (output * count + place) * row
          for index in 0..<row { target[start + index] = source[output * row + index] }
        }
        initialized = source.count * count
      }
    }
    merged.weights = WeightTensor(
      shape: [problem.outputChannels, problem.groupInputs * count] + weights.shape[2...], values: values)
    return merged
  }
}
