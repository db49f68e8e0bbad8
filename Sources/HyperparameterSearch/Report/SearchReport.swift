import Jobs
import Training

/// What a search found: no times and no names of folders, so that equal searches have equal reports, to the byte.
public struct SearchReport: Codable, Hashable, Sendable {
  public static let fileName = "report.json"
  public static let pageFileName = "report.html"

  /// The search's file.
  public var search: JSONValue
  public var build: String
  public var kernels: String
  /// That all trials cost together.
  public var epochs: Int
  /// The best first: by validation accuracy at the end of the last part, then by loss. Those without a result come last.
  public var trials: [Row]
  /// Number of the best trial; nothing where none has a result.
  public var best: Int?
  /// Read once, for the best trial alone.
  public var test: TestResult?
  /// The most important first.
  public var importance: [ParameterImportance]
  public var findings: [String]

  /// One trial.
  public struct Row: Codable, Hashable, Sendable {
    public var trial: Int
    public var parameters: [String: JSONValue]
    /// How its last part ended; nothing where it never began.
    public var status: TrialResult.Status?
    public var epochs: Int
    public var accuracy: Double?
    public var loss: Double?
    public var message: String?
    /// What each part ended with.
    public var parts: [TrialResult]

    enum CodingKeys: String, CodingKey {
      case trial, parameters, status, epochs, message, parts
      case accuracy = "validation_accuracy"
      case loss = "validation_loss"
    }

    public var metric: TrialMetric? {
      guard let accuracy, let loss else { return nil }
      return TrialMetric(epochs: epochs, accuracy: accuracy, loss: loss)
    }
  }

  public init(_ run: SearchRun, identity: SearchIdentity) {
    let machine = run.machine
    (search, build, kernels) = (identity.search, identity.build, identity.kernels)
    epochs = machine.epochsEnded
    let rows = machine.trials.map { Row($0, run.values(of: $0.number)) }
    trials = rows.sorted { first, second in
      switch (first.metric, second.metric) {
      case (let one?, let other?):
        one.isBetter(than: other) || (!other.isBetter(than: one) && first.trial < second.trial)
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): first.trial < second.trial
      }
    }
    best = machine.best?.number
    test = machine.test
    importance = ParameterImportance.of(run.definition.space, rows)
    findings = []
    findings = SearchFindings(self).sentences
  }

  /// The trial that is best, where one is.
  public var bestRow: Row? { best.flatMap { number in trials.first { $0.trial == number } } }
}

extension SearchReport.Row {
  fileprivate init(_ state: TrialState, _ values: [String: JSONValue]) {
    let parts = state.results.sorted { $0.key < $1.key }.map(\.value)
    let last = parts.last
    self.init(
      trial: state.number, parameters: values, status: last?.status, epochs: last?.epochs ?? 0,
      accuracy: last?.accuracy, loss: last?.loss, message: last?.message, parts: parts)
  }
}
