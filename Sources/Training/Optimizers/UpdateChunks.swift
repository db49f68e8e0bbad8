import NetworkGraph

/// The learned parameters, cut into tasks for threads. The cuts depend on the network alone, so that sums over tasks
/// are the same for any number of threads.
struct UpdateChunks: Sendable {
  /// Neighbours that are treated alike, in vectors of 16 floats.
  struct Run: Hashable, Sendable {
    var range: Range<Int>
    let decay: Double
    let rateMultiplier: Double
  }

  /// The runs in the order of memory. No run crosses from one task to the next.
  let runs: [Run]
  /// For each task, which of `runs` it takes.
  let tasks: [Range<Int>]

  /// Vectors of one task: 64 kB of parameters, which stay in a second-level cache with gradients and states.
  static let taskVectors = 1024
  static let lanes = Lanes.scalarCount

  init(_ runs: [Run]) {
    var pieces: [Run] = []
    var tasks: [Range<Int>] = []
    var (start, room) = (0, Self.taskVectors)
    for run in runs.reduce(into: [], Self.join) {
      var rest = run.range
      while !rest.isEmpty {
        let end = min(rest.lowerBound + room, rest.upperBound)
        pieces.append(Run(range: rest.lowerBound..<end, decay: run.decay, rateMultiplier: run.rateMultiplier))
        room -= end - rest.lowerBound
        rest = end..<rest.upperBound
        guard room == 0 else { continue }
        tasks.append(start..<pieces.count)
        (start, room) = (pieces.count, Self.taskVectors)
      }
    }
    if start < pieces.count { tasks.append(start..<pieces.count) }
    self.runs = pieces
    self.tasks = tasks
  }

  private static func join(_ runs: inout [Run], _ next: Run) {
    if let last = runs.last, last.range.upperBound == next.range.lowerBound, last.decay == next.decay,
      last.rateMultiplier == next.rateMultiplier
    {
      runs[runs.count - 1].range = last.range.lowerBound..<next.range.upperBound
    } else {
      runs.append(next)
    }
  }
}

extension UpdateChunks {
  /// - Parameters:
  ///   - frozen: the names of tensors that keep their values.
  ///   - rateMultipliers: factors of the learning rate by the beginning of tensors' names. The longest fitting
  ///     beginning counts.
  init(
    _ parameters: [ParameterStore.Parameter], _ settings: OptimizerSettings, frozen: Set<String>,
    rateMultipliers: [String: Double]
  ) {
    self.init(
      parameters.filter { $0.isLearned && !frozen.contains($0.name) && !$0.range.isEmpty }.map { parameter in
        let spares = parameter.isBiasOrNormalization && !settings.decaysBiasAndNormalization
        let prefix = rateMultipliers.keys.filter(parameter.name.hasPrefix).max { $0.utf8.count < $1.utf8.count }
        return Run(
          range: parameter.range.lowerBound / Self.lanes..<(parameter.range.upperBound + Self.lanes - 1) / Self.lanes,
          decay: spares ? 0 : settings.weightDecay, rateMultiplier: prefix.flatMap { rateMultipliers[$0] } ?? 1)
      })
  }
}

extension ParameterStore.Parameter {
  /// Offsets, and the scale of a normalisation: what weight decay is usually spared (He et al., Bag of Tricks, 2019,
  /// section 3.1).
  var isBiasOrNormalization: Bool { role.kind == .bias || operatorName == "batch_normalization" }
}
