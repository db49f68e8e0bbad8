import Foundation
import InferenceRuntime
import Training

/// Everything that a run of the seven steps has found, as it is kept.
public struct TuningReport: Sendable, Encodable {
  /// Name beside `report.html`.
  public static let fileName = "report.json"
  /// The same for people.
  public static let pageFileName = "report.html"

  /// What was tuned.
  public struct Subject: Sendable, Encodable {
    public var architecture: String
    public var input: [Int]
    public var data: String
    public var classes: Int
    public var trainingImages: Int
    public var validationImages: Int
    public var batchSize: Int
    public var optimizer: String
    public var seed: UInt64
    public var build: String
    public var kernels: String
    public var threads: Int

    public init(
      _ bench: TuningBench, _ settings: TrainingSettings, data: String
    ) {
      architecture = settings.architecture
      input = settings.input
      self.data = data
      classes = bench.source.training.classes.count
      trainingImages = bench.source.training.count
      validationImages = bench.source.validation?.count ?? 0
      batchSize = settings.batchSize
      optimizer = settings.optimizer.name.rawValue
      seed = settings.seed
      build = bench.build
      kernels = bench.kernels.rawValue
      threads = bench.pool.threadCount
    }

    private enum CodingKeys: String, CodingKey {
      case architecture, input, data, classes, optimizer, seed, build, kernels, threads
      case trainingImages = "training_images"
      case validationImages = "validation_images"
      case batchSize = "batch_size"
    }
  }

  public let subject: Subject
  /// How the budget was shared out.
  public private(set) var work: TuningWork?
  /// Those that are done.
  public private(set) var steps: [StepOutcome] = []
  /// What to train with, as a command.
  public var command: String?

  public init(_ subject: Subject) { self.subject = subject }

  /// Takes in what a run tells.
  public mutating func take(_ event: TuningEvent) {
    switch event {
    case .planned(let work): self.work = work
    case .step(let outcome): steps.append(outcome)
    case .progress: break
    }
  }

  public var faults: [(step: Int, fault: TuningFault)] {
    steps.flatMap { step in step.faults.map { (step.step, $0) } }
  }

  public var isComplete: Bool { steps.count == 7 }

  /// What the steps end with; nothing before step 7.
  public var conclusion: ConclusionEvidence? {
    guard case .conclusion(let evidence)? = steps.last?.evidence else { return nil }
    return evidence
  }

  /// With sorted members, so that equal reports are equal to the byte.
  public var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(self) else { preconditionFailure("a report is JSON") }
    return data + Data("\n".utf8)
  }

  /// - Throws: an error of the file system.
  public func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try json.write(to: folder.appendingPathComponent(Self.fileName), options: .atomic)
    try Data(TuningPage(report: self).html.utf8).write(
      to: folder.appendingPathComponent(Self.pageFileName), options: .atomic)
  }

  private enum CodingKeys: String, CodingKey {
    case subject, work, steps, command
  }
}
