import KernelTemplates

/// The map that a direct convolution reads: the layer's input, or a copy of it that suits the kernels.
///
/// Where windows reach into padding, and where the network's own planar input is read, the map is first copied into a
/// zero-padded one, so that the kernels know no edges. Of a map that a pointwise convolution strides over, the positions
/// that it reads can be put together first.
struct ConvolutionSource: Sendable {
  /// On the subsampled map, if the convolution strides over single positions.
  let problem: ConvolutionProblem
  let access: WindowAccess
  private let kernels: KernelSet
  private let map: PaddedMap
  /// What the convolution strides over.
  private let strided: WindowGeometry?

  /// - Parameters:
  ///   - subsamples: whether positions under a strided pointwise convolution are put together: worth it where each is
  ///     read many times.
  ///   - readsWholeBlocks: as `WindowAccess` takes it.
  init(_ problem: ConvolutionProblem, kernels: KernelSet, subsamples: Bool, readsWholeBlocks: Bool) {
    let isSubsampled = subsamples && problem.geometry.isStridedPointwise && !problem.isPlanarInput
    strided = isSubsampled ? problem.geometry : nil
    var problem = problem
    if isSubsampled { problem.geometry = problem.geometry.subsampled }
    map = PaddedMap(problem.geometry)
    access = WindowAccess(problem, map: map, lanes: kernels.lanes, readsWholeBlocks: readsWholeBlocks)
    self.problem = problem
    self.kernels = kernels
  }

  private var isCopy: Bool { access.isPadded || strided != nil }

  func sharedCount(batch: Int) -> Int { isCopy ? batch * access.sampleCount : 0 }

  /// Makes the copy, if there is to be one.
  func prepare(_ context: StepContext) {
    if let strided { subsample(strided, context) } else if access.isPadded { pad(context) }
  }

  /// First value of sample `sample`, once it is prepared.
  func input(sample: Int, _ context: StepContext) -> UnsafePointer<Float> {
    isCopy ? UnsafePointer(context.shared + sample * access.sampleCount) : context.input(sample: sample)
  }

  private func pad(_ context: StepContext) {
    let (lanes, channels) = (kernels.lanes, problem.inputChannels)
    if problem.isPlanarInput {
      let count = map.paddedArea * channels
      context.parallel(parts: map.paddedHeight) { _, sample, row in
        let target = context.shared + sample * access.sampleCount
        padPlanarRow(context.input(sample: sample), map, row: row, channels: channels, into: target)
        // The values behind the map are read and multiplied by weights of zero, so they must be numbers.
        if row == 0 { (target + count).update(repeating: 0, count: access.sampleCount - count) }
      }
    } else {
      context.parallel(parts: blockCount(channels, lanes: lanes)) { _, sample, block in
        let source = context.input(sample: sample) + block * map.height * map.width * lanes
        let target = context.shared + sample * access.sampleCount + block * map.paddedArea * lanes
        kernels.padBlock(source, map, target)
      }
    }
  }

  private func subsample(_ strided: WindowGeometry, _ context: StepContext) {
    let lanes = kernels.lanes
    context.parallel(parts: blockCount(problem.inputChannels, lanes: lanes)) { _, sample, block in
      subsampleBlock(
        context.input(sample: sample) + block * strided.inputArea * lanes, strided, lanes: lanes,
        into: context.shared + sample * access.sampleCount + block * strided.outputArea * lanes)
    }
  }
}
