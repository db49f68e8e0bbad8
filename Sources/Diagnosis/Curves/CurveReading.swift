import Training

/// What a learning curve says: nothing of a sound one.
///
/// A pure function of the curve. Slopes are medians over all pairs of epochs and are set against the spread around them, so
/// that no single epoch decides.
public struct CurveReading: Hashable, Sendable, Encodable {
  public enum Verdict: String, Hashable, Sendable, Encodable {
    /// Nothing is to be said against the curve.
    case sound
    case findings
    /// Fewer epochs than a reading takes.
    case tooShort = "too_short"
  }

  public let epochs: Int
  public let verdict: Verdict
  /// The weightiest first.
  public let findings: [CurveFinding]

  /// Epochs that a reading takes.
  public static let leastEpochs = Curve.leastEpochs

  /// - Parameters:
  ///   - points: in the order of the epochs.
  ///   - classCount: classes of the data, where they are known: then it is known too what a guess costs.
  ///   - hasDiverged: whether the run ended because a loss or weights became infinite or no numbers.
  public init(_ points: [CurvePoint], classCount: Int? = nil, hasDiverged: Bool = false) {
    let curve = Curve(points: points, classCount: classCount, hasDiverged: hasDiverged)
    epochs = points.count
    findings = Self.findings(curve)
    verdict = !findings.isEmpty ? .findings : points.count < Self.leastEpochs ? .tooShort : .sound
  }

  public init(_ records: [EpochRecord], classCount: Int? = nil, hasDiverged: Bool = false) {
    self.init(records.map(CurvePoint.init), classCount: classCount, hasDiverged: hasDiverged)
  }

  public func contains(_ kind: CurveFinding.Kind) -> Bool { findings.contains { $0.kind == kind } }

  /// A curve that explodes, or learns nothing, says nothing else.
  private static func findings(_ curve: Curve) -> [CurveFinding] {
    if let finding = curve.exploding { return [finding] }
    guard curve.epochs >= leastEpochs else { return [] }
    if let finding = curve.flatFromStart { return [finding] }
    let timing = [curve.flatAtFirst, curve.stepTooEarly, curve.flatAfterFalling, curve.stillRising].compactMap(\.self)
    // What is neither over nor at its best rate cannot be said to learn too little.
    let size = curve.overfitting ?? (timing.isEmpty ? curve.underfitting : nil)
    return timing + [size].compactMap(\.self)
  }
}
