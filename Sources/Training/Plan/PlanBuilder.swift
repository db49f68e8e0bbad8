import InferenceRuntime
import KernelTemplates
import NetworkGraph

/// A plan that is being recorded: layers record the steps that compute their values and then, in reverse order, the
/// steps that compute gradients.
///
/// Each value is written by one step. A step may write over a value that it reads for the last time, if it says so.
struct PlanBuilder {
  /// A step, and the values that it reads and writes. The step itself is made when every value has its place.
  struct Record {
    let name: String
    let reads: [PlanValue]
    let writes: [PlanValue]
    /// The written value that may take the place of the read one.
    let inPlace: (written: PlanValue, read: PlanValue)?
    let make: (PlanMemory) -> any TrainingStep
  }

  /// Where a parameter's gradient goes.
  struct ParameterGradient: @unchecked Sendable {
    /// Unchecked: one step at a time writes.
    let pointer: UnsafeMutablePointer<Float>
    /// Whether an earlier step has written a gradient that this one's is added to.
    let accumulates: Bool
  }

  let kernels: KernelSet
  let maximumBatch: Int
  let parameters: ParameterStore
  let options: TrainingOptions
  let choices: AlgorithmChoices
  let pool: WorkerPool
  private(set) var records: [Record] = []
  private(set) var valueCount = 1
  /// Whether the steps that are recorded now read and write maps in blocks of samples.
  var usesSampleBlocks = false
  /// Floats of the memory into which each pass has its weights packed right before it runs.
  private(set) var packedCount = 0
  private var gradients: [PlanValue: PlanValue] = [:]
  private var writtenGradients: Set<String> = []

  init(
    kernels: KernelSet, parameters: ParameterStore, options: TrainingOptions, choices: AlgorithmChoices,
    pool: WorkerPool
  ) {
    self.kernels = kernels
    maximumBatch = options.maximumBatch
    self.parameters = parameters
    self.options = options
    self.choices = choices
    self.pool = pool
  }

  var lanes: Int { kernels.lanes }

  /// - Parameter isInSampleBlocks: by default as all that is recorded now.
  mutating func value(
    _ shape: MapShape, needsGradient: Bool = false, isInSampleBlocks: Bool? = nil
  ) -> PlanValue {
    defer { valueCount += 1 }
    return PlanValue(
      id: valueCount, shape: shape, needsGradient: needsGradient,
      isInSampleBlocks: isInSampleBlocks ?? usesSampleBlocks)
  }

  mutating func record(
    _ name: String, reads: [PlanValue], writes: [PlanValue], inPlace: (written: PlanValue, read: PlanValue)? = nil,
    _ make: @escaping (PlanMemory) -> any TrainingStep
  ) {
    // A value that the step reads for two reasons, such as a gradient that is also added to, is read behind what is written.
    let place = inPlace.flatMap { place in reads.count { $0 == place.read } == 1 ? place : nil }
    let (usesSampleBlocks, lanes) = (usesSampleBlocks, lanes)
    records.append(
      Record(name: name, reads: reads, writes: writes, inPlace: place) { memory in
        usesSampleBlocks ? SampleBlockStep(step: make(memory), lanes: lanes) : make(memory)
      })
  }

  /// Makes room for the packed weights of a pass. They are packed by the step before the pass; all passes share the memory.
  mutating func reservePackedWeights(_ count: Int) { packedCount = max(packedCount, count) }

  /// The gradient of a value, once every reader of the value has contributed to it; `nil` if no reader has.
  func gradient(of value: PlanValue) -> PlanValue? { gradients[value] }

  /// Adds a computed value to the gradient of another value.
  mutating func contribute(_ gradient: PlanValue, to value: PlanValue, from layer: String) {
    guard let earlier = gradients[value] else {
      gradients[value] = gradient
      return
    }
    let sum = self.value(gradient.shape)
    let kernels = kernels
    record("\(layer).sum", reads: [earlier, gradient], writes: [sum], inPlace: (sum, earlier)) { memory in
      SumStep(memory[earlier], memory[gradient], memory[sum], shape: sum.shape, kernels: kernels)
    }
    gradients[value] = sum
  }

  /// Adds to the gradient of a value what `record` has a step compute, which can itself add what is there already.
  mutating func contribute(
    to value: PlanValue, _ record: (_ plan: inout PlanBuilder, _ addend: PlanValue?) -> PlanValue
  ) {
    gradients[value] = record(&self, gradients[value])
  }

  /// Whether the parameter's values change.
  func isLearned(_ name: String) -> Bool { parameters[name].isLearned && !options.frozen.contains(name) }

  /// Where the gradient of a parameter goes; `nil` where it keeps its values.
  mutating func gradient(ofParameter name: String) -> ParameterGradient? {
    guard isLearned(name) else { return nil }
    return ParameterGradient(
      pointer: parameters.gradients + parameters[name].range.lowerBound,
      accumulates: !writtenGradients.insert(name).inserted)
  }

  /// The values of a parameter.
  func values(ofParameter name: String) -> UnsafeMutablePointer<Float> {
    parameters.values + parameters[name].range.lowerBound
  }
}
