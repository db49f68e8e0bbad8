import KernelTemplates

/// An algorithm whose weights can be packed anew as often as they change, at the speed of training.
protocol RepackableConvolution: ConvolutionAlgorithm {
  /// Floats of packed weights.
  func packedCount(_ problem: ConvolutionProblem, kernels: KernelSet) -> Int

  /// Packs weights as `pack` does, shared out over a pool.
  func repack(
    _ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet, pool: WorkerPool,
    into target: UnsafeMutablePointer<Float>)
}

extension DirectConvolution: RepackableConvolution {
  func packedCount(_ problem: ConvolutionProblem, kernels: KernelSet) -> Int {
    let (order, tiling) = TileConvolutionStep.packing(problem, kernels)
    return problem.groups * order.count * tiling.blockCount * kernels.lanes
  }

  func repack(
    _ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet, pool: WorkerPool,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (order, tiling) = TileConvolutionStep.packing(problem, kernels)
    let lanes = kernels.lanes
    nonisolated(unsafe) let target = target
    // Parts of the depth too: few channels make few tiles.
    let parts = min(8, order.count)
    pool.run(taskCount: problem.groups * tiling.tiles.count * parts) { _, task in
      let (group, rest) = task.quotientAndRemainder(dividingBy: tiling.tiles.count * parts)
      let (index, part) = rest.quotientAndRemainder(dividingBy: parts)
      let tile = tiling.tiles[index]
      let start = (group * tiling.blockCount + tile.firstBlock) * order.count * lanes
      packTile(
        view, problem, group: group, tile, order: order,
        depths: order.count * part / parts..<order.count * (part + 1) / parts, lanes: lanes, into: target + start)
    }
  }

  /// `[depth][vectors][lanes]`
  private func packTile(
    _ view: KernelView, _ problem: ConvolutionProblem, group: Int, _ tile: OutputTile, order: [Int32],
    depths: Range<Int>, lanes: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let width = tile.vectors * lanes
    let first = tile.firstBlock * lanes
    let real = max(min(width, problem.groupOutputs - first), 0)
    for depth in depths {
      let line = target + depth * width
      let (input, tap) = Int(order[depth]).quotientAndRemainder(dividingBy: problem.geometry.kernelArea)
      if order[depth] < 0 || view.taps[tap] < 0 {
        line.update(repeating: 0, count: width)
      } else if view.mergedGroups == 1 {
        let source =
          view.values + group * view.groupStride + first * view.outputStride + input * view.inputStride
          + view.taps[tap]
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
}

extension DepthwiseConvolution: RepackableConvolution {
  func packedCount(_ problem: ConvolutionProblem, kernels: KernelSet) -> Int {
    storedChannels(problem.outputChannels, lanes: kernels.lanes) * problem.geometry.kernelArea
  }

  func repack(
    _ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet, pool: WorkerPool,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (lanes, area) = (kernels.lanes, problem.geometry.kernelArea)
    for channel in 0..<problem.outputChannels {
      let place = target + channel / lanes * area * lanes + channel % lanes
      for tap in 0..<area {
        place[tap * lanes] = view.taps[tap] < 0 ? 0 : view.values[channel * view.groupStride + view.taps[tap]]
      }
    }
  }
}

/// Those of `WinogradConvolution`.
extension WinogradConvolution {
  func packedCount(_ problem: ConvolutionProblem, kernels: KernelSet) -> Int {
    weightBytes(problem, lanes: kernels.lanes) / MemoryLayout<Float>.stride
  }

  func repack(
    _ view: KernelView, for problem: ConvolutionProblem, kernels: KernelSet, pool: WorkerPool,
    into target: UnsafeMutablePointer<Float>
  ) {
    let lanes = kernels.lanes
    let depth = storedChannels(problem.inputChannels, lanes: lanes)
    let tiles = OutputTiling(blocks: blockCount(problem.outputChannels, lanes: lanes), kernels: kernels).tiles
    nonisolated(unsafe) let target = target
    scheme.kernelTransform.withUnsafeBufferPointer { matrix in
      view.taps.withUnsafeBufferPointer { taps in
        nonisolated(unsafe) let (matrix, taps) = (matrix.baseAddress!, taps.baseAddress!)
        pool.run(taskCount: tiles.count * depth) { _, task in
          let (tile, input) = (tiles[task / depth], task % depth)
          let start = target + scheme.frequencies * depth * tile.firstBlock * lanes
          let frequencyStride = depth * tile.vectors * lanes
          withUnsafeTemporaryAllocation(of: Float.self, capacity: (9 + 3 * scheme.shape.inputs) * lanes) { grid in
            for vector in 0..<tile.vectors {
              let first = (tile.firstBlock + vector) * lanes
              let isReal = input < problem.inputChannels
              kernels.training.winogradWeights(
                WinogradWeightArguments(
                  kernels: view.values + (isReal ? first * view.outputStride + input * view.inputStride : 0),
                  outputStride: view.outputStride, taps: taps,
                  outputs: isReal ? max(min(lanes, problem.outputChannels - first), 0) : 0, matrix: matrix,
                  edge: scheme.shape.inputs, output: start + (input * tile.vectors + vector) * lanes,
                  frequencyStride: frequencyStride, grid: grid.baseAddress!))
            }
          }
        }
      }
    }
  }
}

extension WinogradF2Convolution: RepackableConvolution {}
extension WinogradF4Convolution: RepackableConvolution {}
extension WinogradF2Stride2Convolution: RepackableConvolution {}
extension WinogradF4Stride2Convolution: RepackableConvolution {}
