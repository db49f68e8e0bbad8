import KernelTemplates

/// Packs the weights of one convolution whenever they change, without allocating memory.
protocol WeightPacker: Sendable {
  /// Floats of packed weights.
  var count: Int { get }

  /// Packs weights as `ConvolutionAlgorithm.pack` does, shared out over a pool. All `count` values are written.
  ///
  /// - Parameter scratch: `scratchCount` floats for each worker.
  func pack(pool: WorkerPool, scratch: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>)

  /// Floats of scratch memory that each worker needs.
  var scratchCount: Int { get }
}

/// An algorithm whose weights can be packed anew at the speed of training.
protocol RepackableConvolution: ConvolutionAlgorithm {
  func packer(_ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet) -> any WeightPacker
}

extension DirectConvolution: RepackableConvolution {
  func packer(_ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet) -> any WeightPacker {
    TileWeightPacker(view, problem, kernels)
  }
}

extension DepthwiseConvolution: RepackableConvolution {
  func packer(_ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet) -> any WeightPacker {
    DepthwiseWeightPacker(view, problem, lanes: kernels.lanes)
  }
}

extension WinogradConvolution {
  func packer(_ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet) -> any WeightPacker {
    WinogradWeightPacker(view, problem, scheme, kernels)
  }
}

// F(6x6) is left out: its rounding is ten times that of F(4x4).
extension WinogradF2Convolution: RepackableConvolution {}
extension WinogradF4Convolution: RepackableConvolution {}
extension WinogradF2Stride2Convolution: RepackableConvolution {}
extension WinogradF4Stride2Convolution: RepackableConvolution {}

/// `[group][tile][depth][vectors][lanes]`
private struct TileWeightPacker: WeightPacker {
  private let view: KernelView
  private let problem: ConvolutionProblem
  private let order: [Int32]
  private let tiling: OutputTiling
  private let lanes: Int
  /// Parts of a tile's depth that are tasks of their own: few channels make few tiles.
  private let parts: Int

  init(_ view: KernelView, _ problem: ConvolutionProblem, _ kernels: KernelSet) {
    self.view = view
    self.problem = problem
    lanes = kernels.lanes
    (order, tiling) = TileConvolutionStep.packing(problem, kernels)
    parts = min(8, order.count)
  }

  let scratchCount = 0
  var count: Int { problem.groups * order.count * tiling.blockCount * lanes }

  func pack(pool: WorkerPool, scratch: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    nonisolated(unsafe) let target = target
    let tasks = tiling.tiles.count * parts
    pool.run(taskCount: problem.groups * tasks) { _, task in
      let (group, rest) = task.quotientAndRemainder(dividingBy: tasks)
      let (index, part) = rest.quotientAndRemainder(dividingBy: parts)
      let tile = tiling.tiles[index]
      let start = target + (group * tiling.blockCount + tile.firstBlock) * order.count * lanes
      for depth in evenPart(part, of: parts, of: order.count) {
        packLine(depth, group: group, tile, into: start + depth * tile.vectors * lanes)
      }
    }
  }

  /// The weights of one input value and all outputs of a tile.
  private func packLine(_ depth: Int, group: Int, _ tile: OutputTile, into line: UnsafeMutablePointer<Float>) {
    let width = tile.vectors * lanes
    let first = tile.firstBlock * lanes
    let real = max(min(width, problem.groupOutputs - first), 0)
    let (input, tap) = Int(order[depth]).quotientAndRemainder(dividingBy: problem.geometry.kernelArea)
    if order[depth] < 0 || view.taps[tap] < 0 {
      line.update(repeating: 0, count: width)
    } else if view.mergedGroups == 1 {
      let source =
        view.values + group * view.groupStride + first * view.outputStride + input * view.inputStride + view.taps[tap]
      for lane in 0..<real { line[lane] = source[lane * view.outputStride] }
      for lane in real..<width { line[lane] = 0 }
    } else {
      for lane in 0..<width {
        let offset = lane < real ? view.offset(group: group, output: first + lane, input: input, tap: tap) : nil
        line[lane] = offset.map { view.values[$0] } ?? 0
      }
    }
  }
}

/// `[block][tap][lanes]`
private struct DepthwiseWeightPacker: WeightPacker {
  private let view: KernelView
  private let channels: Int
  private let area: Int
  private let lanes: Int

  init(_ view: KernelView, _ problem: ConvolutionProblem, lanes: Int) {
    self.view = view
    self.lanes = lanes
    channels = problem.outputChannels
    area = problem.geometry.kernelArea
  }

  let scratchCount = 0
  var count: Int { storedChannels(channels, lanes: lanes) * area }

  func pack(pool: WorkerPool, scratch: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    for channel in 0..<storedChannels(channels, lanes: lanes) {
      let place = target + channel / lanes * area * lanes + channel % lanes
      for tap in 0..<area {
        let isZero = channel >= channels || view.taps[tap] < 0
        place[tap * lanes] = isZero ? 0 : view.values[channel * view.groupStride + view.taps[tap]]
      }
    }
  }
}

/// `[tile][frequency][depth][vectors][lanes]`
private struct WinogradWeightPacker: WeightPacker {
  private let view: KernelView
  private let problem: ConvolutionProblem
  private let frequencies: Int
  private let edge: Int
  private let kernels: KernelSet
  private let tiles: [OutputTile]
  private let matrix: PackedWeights
  private let taps: IndexTable

  init(_ view: KernelView, _ problem: ConvolutionProblem, _ scheme: WinogradAlgorithm, _ kernels: KernelSet) {
    self.view = view
    self.problem = problem
    self.kernels = kernels
    frequencies = scheme.frequencies
    edge = scheme.shape.inputs
    tiles = OutputTiling(blocks: blockCount(problem.outputChannels, lanes: kernels.lanes), kernels: kernels).tiles
    matrix = PackedWeights(scheme.kernelTransform, paddedTo: scheme.kernelTransform.count)
    taps = IndexTable(view.taps)
  }

  private var lanes: Int { kernels.lanes }
  private var depth: Int { storedChannels(problem.inputChannels, lanes: lanes) }

  var scratchCount: Int { (9 + 3 * edge) * lanes }
  var count: Int { frequencies * depth * storedChannels(problem.outputChannels, lanes: lanes) }

  func pack(pool: WorkerPool, scratch: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    nonisolated(unsafe) let (target, scratch) = (target, scratch)
    pool.run(taskCount: tiles.count * depth) { worker, task in
      let (tile, input) = (tiles[task / depth], task % depth)
      let start = target + frequencies * depth * tile.firstBlock * lanes + input * tile.vectors * lanes
      for vector in 0..<tile.vectors {
        pack(
          input, block: tile.firstBlock + vector, grid: scratch + worker * scratchCount, into: start + vector * lanes,
          frequencyStride: depth * tile.vectors * lanes)
      }
    }
  }

  /// The kernels of one input and one block of outputs.
  private func pack(
    _ input: Int, block: Int, grid: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>,
    frequencyStride: Int
  ) {
    let first = block * lanes
    let isReal = input < problem.inputChannels
    kernels.training.winogradWeights(
      WinogradWeightArguments(
        kernels: view.values + (isReal ? first * view.outputStride + input * view.inputStride : 0),
        outputStride: view.outputStride, taps: taps.pointer,
        outputs: isReal ? max(min(lanes, problem.outputChannels - first), 0) : 0, matrix: matrix.pointer, edge: edge,
        output: target, frequencyStride: frequencyStride, grid: grid))
  }
}
