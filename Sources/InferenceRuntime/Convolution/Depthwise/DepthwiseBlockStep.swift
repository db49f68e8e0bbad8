import KernelTemplates
import NetworkGraph

/// Depthwise convolution, one block of channels and some output rows at a time.
///
/// On small maps, where many windows reach into padding, a task first copies its block into a padded one in its own
/// scratch memory: positions on an edge, one by one, would take longer than all others.
struct DepthwiseBlockStep: ExecutionStep {
  private let kernels: KernelSet
  private let geometry: WindowGeometry
  /// The padded map that blocks are copied into, if they are.
  private let paddedMap: PaddedMap?
  private let blocks: Int
  private let epilogue: Epilogue
  private let packed: PackedWeights
  private let biasValues: PackedWeights

  var algorithm: String { "depthwise" }
  var bias: PackedWeights? { biasValues }
  var weightBytes: Int { packed.count * MemoryLayout<Float>.stride }
  var scratchCount: Int { paddedMap.map { $0.paddedArea * kernels.lanes } ?? 0 }

  /// - Parameter packed: weights, as `pack` makes them.
  init(_ problem: ConvolutionProblem, packed: PackedWeights, kernels: KernelSet) {
    self.kernels = kernels
    self.packed = packed
    geometry = problem.geometry
    paddedMap = Self.isMostlyInterior(geometry) ? nil : PaddedMap(geometry)
    blocks = blockCount(problem.outputChannels, lanes: kernels.lanes)
    epilogue = problem.epilogue
    biasValues = PackedWeights(problem.bias, paddedTo: blocks * kernels.lanes)
  }

  /// `[block][tap][lanes]`
  static func pack(_ weights: WeightTensor, _ problem: ConvolutionProblem, lanes: Int) -> PackedWeights {
    let taps = problem.geometry.kernelArea
    return PackedWeights(count: storedChannels(problem.outputChannels, lanes: lanes) * taps) { target in
      weights.withUnsafeValues {
        packBlocks($0.baseAddress!, channels: problem.outputChannels, area: taps, lanes: lanes, into: target)
      }
    }
  }

  private static func isMostlyInterior(_ geometry: WindowGeometry) -> Bool {
    geometry.interiorColumns.count * 10 > geometry.outputWidth * 9
  }

  func run(_ context: StepContext) {
    let parts = paddedMap == nil ? geometry.rowParts(lanes: kernels.lanes) : 1
    context.parallel(parts: blocks * parts) { worker, sample, part in
      let (block, rowPart) = part.quotientAndRemainder(dividingBy: parts)
      let rows = evenPart(rowPart, of: parts, of: geometry.outputHeight)
      let input = context.input(sample: sample) + block * geometry.inputArea * kernels.lanes
      let output = context.output(sample: sample) + block * geometry.outputArea * kernels.lanes
      if let paddedMap {
        let padded = context.scratch(worker: worker)
        kernels.padBlock(input, paddedMap, padded)
        convolve(UnsafePointer(padded), geometry.reading(paddedMap), rows, block: block, into: output)
      } else {
        convolve(input, geometry, rows, block: block, into: output)
      }
    }
  }

  private func convolve(
    _ input: UnsafePointer<Float>, _ geometry: WindowGeometry, _ rows: Range<Int>, block: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let lanes = kernels.lanes
    kernels.depthwise(
      DepthwiseArguments(
        input: input, geometry: geometry, rows: rows, weights: packed.pointer + block * geometry.kernelArea * lanes,
        bias: biasValues.pointer + block * lanes, output: output, epilogue: epilogue))
    let rowStride = geometry.outputWidth * lanes
    kernels.apply(
      epilogue, to: output + rows.lowerBound * rowStride, rows: rows.count, rowStride: rowStride,
      columns: geometry.outputWidth, columnStride: lanes)
  }
}

extension WindowGeometry {
  /// The same windows over the padded map, which has no edges left.
  fileprivate func reading(_ map: PaddedMap) -> WindowGeometry {
    var geometry = self
    (geometry.inputHeight, geometry.inputWidth) = (map.paddedHeight, map.paddedWidth)
    (geometry.paddingTop, geometry.paddingLeft) = (0, 0)
    return geometry
  }
}
