import KernelsPortable
import NetworkGraph

/// Matrix `[outputs, inputs]` times each sample's vector. Rows are shared out, so each weight is read once.
struct FullyConnectedStep: ExecutionStep {
  let weights: WeightTensor
  let bias: [Float]
  let activation: Activation
  let threadCount: Int

  private var outputs: Int { weights.shape[0] }
  private var inputs: Int { weights.shape[1] }

  func run(_ context: StepContext) {
    let rowsPerTask = (outputs + threadCount - 1) / threadCount
    weights.withUnsafeValues { weights in
      context.run(taskCount: (outputs + rowsPerTask - 1) / rowsPerTask) { _, task in
        let rows = task * rowsPerTask..<min((task + 1) * rowsPerTask, outputs)
        multiply(rows, weights.baseAddress! + rows.lowerBound * inputs, context)
        for sample in 0..<context.batch { finish(rows, context.output(sample: sample)) }
      }
    }
  }

  private func multiply(_ rows: Range<Int>, _ weights: UnsafePointer<Float>, _ context: StepContext) {
    let output = context.output(sample: 0) + rows.lowerBound
    if context.batch > 1, case .arena(let slice) = context.inputs[0] {
      MatrixProduct.multiplyTransposed(
        context.input(sample: 0), stride: slice.stride, weights, stride: inputs, into: output,
        stride: context.outputStride,
        rows: context.batch, columns: rows.count, depth: inputs)
    } else {
      for sample in 0..<context.batch {
        MatrixProduct.multiply(
          weights, vector: context.input(sample: sample), into: output + sample * context.outputStride,
          rows: rows.count,
          columns: inputs)
      }
    }
  }

  private func finish(_ rows: Range<Int>, _ output: UnsafeMutablePointer<Float>) {
    for row in rows { addBiasAndActivate(output + row, count: 1, bias: bias[row], activation: activation) }
  }
}
