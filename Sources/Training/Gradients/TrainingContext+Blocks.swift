import InferenceRuntime

extension MapShape {
  /// The number of tasks for one sample of a layer that computes each block of channels by itself. Each task has
  /// enough work to be worth handing out.
  var partCount: Int { min(max(count / 8192, 1), blocks) }
}

extension TrainingContext {
  /// Runs `body(worker, sample, blocks)` for runs of neighbouring blocks that together are all blocks of every sample.
  func forEachRun(of shape: MapShape, _ body: (_ worker: Int, _ sample: Int, _ blocks: Range<Int>) -> Void) {
    let parts = shape.partCount
    parallel(parts: parts) { worker, sample, part in
      body(worker, sample, evenPart(part, of: parts, of: shape.blocks))
    }
  }

  /// Runs `body(worker, sample, block)` for every block of every sample.
  func forEachBlock(of shape: MapShape, _ body: (_ worker: Int, _ sample: Int, _ block: Int) -> Void) {
    forEachRun(of: shape) { worker, sample, blocks in
      for block in blocks { body(worker, sample, block) }
    }
  }
}
