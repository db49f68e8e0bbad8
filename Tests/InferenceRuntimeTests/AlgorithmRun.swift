import KernelTemplates
import NetworkGraph

@testable import InferenceRuntime

/// How a batch is taken through a step.
enum Sharing: String, CaseIterable, Sendable {
  /// All threads on all samples.
  case together
  /// Each thread on a part of the batch.
  case apart
  /// All threads on one sample after the other, as in a network's first layers.
  case singly
}

/// One convolution on memory as in a plan, ready to be computed by any algorithm on one set of kernels.
struct AlgorithmRun {
  /// What lies in the lanes past the last channel: any number, of which nothing may get into a channel.
  private static let surplus: Float = 1000

  let example: ConvolutionExample
  let kernels: KernelSet
  private let pool: WorkerPool
  private let source: MemorySource
  private let input: any SampleMemory
  private let residual: (any SampleMemory)?
  private let outputCount: Int

  private var problem: ConvolutionProblem { example.problem }
  private var batch: Int { problem.maximumBatch }

  init(_ example: ConvolutionExample, kernels: KernelSet, pool: WorkerPool, memory: MemorySource = .plain) {
    let problem = example.problem
    let (channels, area) = (problem.inputChannels, problem.geometry.inputArea)
    let lanes = problem.isPlanarInput ? 1 : kernels.lanes
    self.example = example
    self.kernels = kernels
    self.pool = pool
    source = memory
    outputCount = storedChannels(problem.outputChannels, lanes: kernels.lanes) * problem.geometry.outputArea
    input = memory.make(problem.maximumBatch, storedChannels(channels, lanes: lanes) * area)
    Self.write(example.inputs, area: area, lanes: lanes, to: input)
    residual = problem.hasResidual ? memory.make(problem.maximumBatch, outputCount) : nil
    if let residual {
      Self.write(example.residuals, area: problem.geometry.outputArea, lanes: kernels.lanes, to: residual)
    }
  }

  /// What a step makes of the example.
  ///
  /// - Parameter inPlace: whether the sum takes its residual's place, as most do.
  func output(of step: any ExecutionStep, _ sharing: Sharing, inPlace: Bool) -> AlgorithmOutput {
    let output = source.make(batch, outputCount)
    if inPlace, residual != nil {
      Self.write(example.residuals, area: problem.geometry.outputArea, lanes: kernels.lanes, to: output)
    }
    let parts = sharing == .apart && batch >= pool.threadCount ? pool.threadCount : 1
    let scratch = source.make(pool.threadCount, roundedUpToCacheLine(step.scratchCount))
    let largestPart = sharing == .singly ? 1 : (batch + parts - 1) / parts
    let shared = source.make(parts, roundedUpToCacheLine(step.sharedCount(batch: largestPart)))
    let samples = (0..<batch).map { UnsafePointer(input.first + $0 * input.stride) }
    samples.withUnsafeBufferPointer { samples in
      func run(_ range: Range<Int>, part: Int, _ executor: Executor) {
        step.run(
          StepContext(
            batch: range.count, firstSample: range.lowerBound, executor: executor, arena: arena(output),
            scratch: scratch.first, scratchStride: scratch.stride, shared: shared.first + part * shared.stride,
            networkInputs: samples.baseAddress!, inputs: inputs(output, inPlace: inPlace),
            output: place(output, in: output)))
      }
      switch sharing {
      case .together: run(0..<batch, part: 0, .pool(pool))
      case .singly: for sample in 0..<batch { run(sample..<sample + 1, part: 0, .pool(pool)) }
      case .apart:
        pool.runParts(count: parts) { part in run(part.range(of: batch), part: part.index, .part(part)) }
      }
    }
    let written = [output, scratch, shared, input] + (residual.map { [$0] } ?? [])
    return AlgorithmOutput(
      memory: output, lanes: kernels.lanes, area: problem.geometry.outputArea,
      isContained: written.allSatisfy { ($0 as? PlainMemory)?.isUntouchedAround ?? true })
  }

  private func inputs(_ output: any SampleMemory, inPlace: Bool) -> [ValueLocation] {
    let first = problem.isPlanarInput ? ValueLocation.networkInput : place(input, in: output)
    return [first] + (residual.map { [place(inPlace ? output : $0, in: output)] } ?? [])
  }

  /// The place of a value, as seen from the output, which stands for the arena.
  private func place(_ value: any SampleMemory, in output: any SampleMemory) -> ValueLocation {
    .arena(
      ArenaSlice(region: .batch, offset: value.first - output.first, start: 0, stride: value.stride))
  }

  private func arena(_ output: any SampleMemory) -> Arena {
    // One sample as far as places are concerned: strides already count for all samples.
    let memory = BatchMemory(start: output.first, samples: 0..<1)
    return Arena(sampleRegion: output.first, part: memory, batch: memory)
  }

  /// `C x H x W` to blocks of channels, of which the last one is filled up.
  private static func write(_ samples: [[Float]], area: Int, lanes: Int, to memory: any SampleMemory) {
    for (sample, values) in samples.enumerated() {
      let channels = values.count / area
      let target = memory.first + sample * memory.stride
      for channel in 0..<storedChannels(channels, lanes: lanes) {
        let block = target + channel / lanes * area * lanes + channel % lanes
        for position in 0..<area {
          block[position * lanes] = channel < channels ? values[channel * area + position] : surplus
        }
      }
    }
  }
}

/// What a step has written.
struct AlgorithmOutput {
  let memory: any SampleMemory
  let lanes: Int
  let area: Int
  /// Whether the step wrote nothing beside its memory, as far as that can be told.
  let isContained: Bool

  func value(sample: Int, channel: Int, position: Int) -> Float {
    memory.first[sample * memory.stride + (channel / lanes * area + position) * lanes + channel % lanes]
  }

  /// The largest error, and the first place where it is more than `tolerance`, both relative to the example's scale.
  func compare(_ example: ConvolutionExample, tolerance: Double) -> Comparison {
    let geometry = example.problem.geometry
    let stored = storedChannels(example.problem.outputChannels, lanes: lanes)
    var comparison = Comparison()
    for (sample, expected) in example.expected.enumerated() {
      for channel in 0..<stored {
        for position in 0..<area {
          let actual = value(sample: sample, channel: channel, position: position)
          let isSurplus = channel >= example.problem.outputChannels
          // Lanes past the last channel are read, for weights of zero, so they must be numbers.
          let error =
            isSurplus
            ? (actual.isFinite ? 0 : .nan) : abs(Double(actual) - expected[channel * area + position]) / example.scale
          comparison.add(error, tolerance: tolerance) {
            let (row, column) = position.quotientAndRemainder(dividingBy: geometry.outputWidth)
            let place = "sample \(sample), channel \(channel), row \(row), column \(column)"
            return isSurplus
              ? "\(place), past the last channel, is \(actual)"
              : "\(place) is \(actual), not \(Float(expected[channel * area + position]))"
          }
        }
      }
    }
    return comparison
  }

  struct Comparison {
    private(set) var error = 0.0
    private(set) var firstWrong: String?

    fileprivate mutating func add(_ error: Double, tolerance: Double, _ place: () -> String) {
      if error <= tolerance {
        self.error = max(self.error, error)
      } else if firstWrong == nil {
        firstWrong = place()
      }
    }
  }
}
