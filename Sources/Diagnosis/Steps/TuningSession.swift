import ImageInput
import InferenceRuntime
import ModelServing
import NetworkGraph
import Training

/// What the steps hand on to one another.
final class TuningSession {
  let bench: TuningBench
  let request: TuningRequest
  /// As the user has them, with what the steps have taken instead.
  var settings: TrainingSettings
  /// Before anything is learned; by step 1.
  var initialLoss = 0.0
  /// Whether the loss of images that were not learned from yet has fallen well; by step 3.
  var learnsUnseenImages = false
  /// Images that a look takes in.
  private(set) var lookedAt = 0
  let usualPreprocessing: Preprocessing
  let usualInitialization: Initialization
  private let run: StepRun
  private let meter: WorkMeter

  init(_ bench: TuningBench, _ request: TuningRequest, _ meter: WorkMeter) throws {
    self.bench = bench
    self.request = request
    self.meter = meter
    settings = request.settings
    usualPreprocessing = try ImportDefaults.preprocessing(inputShape: bench.network.inputShape.dimensions)
    usualInitialization = .recommended(for: bench.network)
    run = try StepRun(
      bench, batchSize: settings.batchSize,
      weights: settings.initialization.weights(for: bench.network, seed: settings.seed),
      optimizer: settings.optimizer, seed: settings.seed)
  }

  /// Counts work, and ends the run where somebody asks for that.
  ///
  /// - Throws: `TuningError.stopped`; what telling of it throws.
  func advance(_ passes: Double, _ doing: @autoclosure () -> String) throws {
    guard !bench.isStopping() else { throw TuningError.stopped(step: meter.step) }
    try meter.advance(passes, doing())
  }

  /// Whether the budget is spent, but for what has to be done in any case.
  var isOverBudget: Bool { bench.seconds() > request.budgetSeconds }

  func initialWeights() throws -> Weights {
    try settings.initialization.weights(for: bench.network, seed: settings.seed)
  }

  /// The optimiser without anything that regularises, but a weight decay.
  func optimizer(weightDecay: Double) -> OptimizerSettings {
    var optimizer = settings.optimizer
    optimizer.weightDecay = weightDecay
    return optimizer
  }

  /// A network that begins with the first weights, to be taken through single steps.
  func begin(weightDecay: Double) throws -> StepRun {
    run.restart(try initialWeights(), optimizer(weightDecay: weightDecay))
    return run
  }

  func stream(_ dataSet: any DataSet, batchSize: Int) throws -> BatchStream {
    try BatchStream(
      dataSet, preprocessing: settings.preprocessing, batchSize: batchSize, seed: settings.seed,
      threadCount: bench.pool.threadCount)
  }

  /// Loss and inputs of up to four batches, nothing learned.
  func look() throws -> InitialLook {
    let run = try begin(weightDecay: 0)
    let stream = try stream(bench.source.training, batchSize: settings.batchSize)
    let batches = min(4, stream.epochLength)
    var (loss, moments) = (0.0, Moments())
    for _ in 0..<batches {
      let batch = try stream.next()
      moments.add(UnsafeBufferPointer(start: batch.images, count: batch.count * batch.sampleCount))
      loss += run.look(batch).loss
    }
    lookedAt = batches * settings.batchSize
    return InitialLook(
      initialization: settings.initialization.description, loss: loss.isFinite ? loss / Double(batches) : nil,
      inputMean: moments.mean, inputDeviation: moments.deviation)
  }

  /// Images a second, learning and reading them counted: of half a second at least, after a batch that is not timed.
  func speed() throws -> Double {
    let run = try begin(weightDecay: 0)
    let stream = try stream(bench.source.training, batchSize: settings.batchSize)
    _ = run.learn(try stream.next(), rate: 0)
    let start = bench.seconds()
    var images = 0
    repeat {
      guard !bench.isStopping() else { throw TuningError.stopped(step: 1) }
      images += run.learn(try stream.next(), rate: 0).samples
    } while bench.seconds() - start < 0.5 || images < 2 * settings.batchSize
    return Double(images) / (bench.seconds() - start)
  }
}

/// Mean and deviation of many values.
struct Moments {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ values: UnsafeBufferPointer<Float>) {
    for value in values {
      sum += Double(value)
      squares += Double(value) * Double(value)
    }
    count += Double(values.count)
  }

  var mean: Double { sum / max(count, 1) }
  var deviation: Double { max(squares / max(count, 1) - mean * mean, 0).squareRoot() }
}
