import InferenceRuntime
import KernelTemplates

/// The phases of a strided convolution's input gradient, put together.
struct InterleaveStep: TrainingStep {
  struct Phase: Sendable {
    /// First row and column of the phase in the whole map.
    let row: Int
    let column: Int
    let width: Int
    /// Floats of a block.
    let blockSize: Int
    /// `nil` for zeros.
    let value: BatchValue?
  }

  private let phases: [Phase]
  private let strideHeight: Int
  private let strideWidth: Int
  private let addend: BatchValue?
  private let output: BatchValue
  private let shape: MapShape

  /// - Parameter phases: row by row, `strideHeight` times `strideWidth` or fewer of a small map.
  init(
    _ phases: [Phase], strideHeight: Int, strideWidth: Int, addend: BatchValue?, output: BatchValue, shape: MapShape
  ) {
    self.phases = phases
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.addend = addend
    self.output = output
    self.shape = shape
  }

  func run(_ context: TrainingContext) {
    context.parallel(parts: shape.blocks) { _, sample, block in
      for phase in phases { run(phase, sample: sample, block: block) }
    }
  }

  private func run(_ phase: Phase, sample: Int, block: Int) {
    let (lanes, width) = (shape.lanes, shape.width)
    let target = output.sample(sample) + block * shape.blockSize
    let added = addend.map { $0.sample(sample) + block * shape.blockSize }
    let source = phase.value.map { $0.sample(sample) + block * phase.blockSize }
    for (phaseRow, row) in stride(from: phase.row, to: shape.height, by: strideHeight).enumerated() {
      for (phaseColumn, column) in stride(from: phase.column, to: width, by: strideWidth).enumerated() {
        let place = (row * width + column) * lanes
        let from = (phaseRow * phase.width + phaseColumn) * lanes
        switch (source, added) {
        case (let source?, let added?):
          for lane in 0..<lanes { target[place + lane] = source[from + lane] + added[place + lane] }
        case (let source?, nil): for lane in 0..<lanes { target[place + lane] = source[from + lane] }
        case (nil, let added?): for lane in 0..<lanes { target[place + lane] = added[place + lane] }
        case (nil, nil): for lane in 0..<lanes { target[place + lane] = 0 }
        }
      }
    }
  }
}
