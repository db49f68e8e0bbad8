import Foundation
import InferenceRuntime
import Synchronization

/// Compares pictures in pairs, those first that are likely to be the same.
struct NearDuplicateSearch: Sendable {
  private let pictures: [PhotoFacts.Picture]
  private let signatures: SignatureTable
  private let features: FeatureTable?

  /// Correlation of signatures from which a pair is looked at. Of 442 crops by a twentieth to a tenth of a side, 441 reach it
  /// with the signature of the inner part, the lowest 0.79; of pairs of different photographs 2.7 in a thousand do.
  static let likely: Float = 0.8
  /// The same for small pictures, of which only equal ones count: of clothes in 28 x 28 pixels every seventh pair has 0.8.
  static let likelyWhenSmall: Float = 0.985
  /// The same for pairs whose features agree too.
  static let possible: Float = 0.5

  /// How far the ratios of the sides may lie apart, as a logarithm: crops of a tenth of one side alone do by 0.11.
  static let mostStretched = 0.2

  init(_ pictures: [PhotoFacts.Picture], features: [[Float]]?) {
    self.pictures = pictures
    signatures = SignatureTable(pictures.map(\.thumbnail))
    self.features = features.map(FeatureTable.init)
  }

  /// Pairs that join all near-duplicates, not all pairs of them; nothing where it was stopped.
  func run(pool: WorkerPool, isStopping: @Sendable () -> Bool) -> [(Int, Int)]? {
    let findings = Findings(count: pictures.count)
    pool.run(taskCount: pictures.count) { _, index in
      if isStopping() { return findings.stop() }
      compare(index, findings)
    }
    return findings.result
  }

  /// Compares a picture with all that follow it.
  private func compare(_ index: Int, _ findings: Findings) {
    let floor = features == nil ? Self.likely : Self.possible
    var comparison: PictureComparison?
    signatures.eachPair(of: index, above: floor) { other, likeness in
      guard likeness.correlation >= needed(index, other) || features?.agree(index, other) == true,
        abs(pictures[index].logarithmOfRatio - pictures[other].logarithmOfRatio) <= Self.mostStretched,
        // Whoever is joined already need not be compared: the groups come out the same, whichever thread is first.
        !findings.areJoined(index, other)
      else { return }
      let subject = comparison ?? PictureComparison(pictures[index])
      comparison = subject
      if subject.isSame(as: pictures[other], from: likeness.start) { findings.join(index, other) }
    }
  }

  private func needed(_ one: Int, _ other: Int) -> Float {
    let isSmall = min(pictures[one].shorterSide, pictures[other].shorterSide) < PictureComparison.finestSide
    return isSmall ? Self.likelyWhenSmall : Self.likely
  }

  /// What the threads have found.
  private final class Findings: Sendable {
    private struct State {
      var sets: DisjointSets
      var pairs: [(Int, Int)] = []
      var isStopped = false
    }

    private let state: Mutex<State>

    init(count: Int) {
      state = Mutex(State(sets: DisjointSets(count: count)))
    }

    func areJoined(_ one: Int, _ other: Int) -> Bool { state.withLock { $0.sets.areJoined(one, other) } }

    func join(_ one: Int, _ other: Int) {
      state.withLock {
        $0.sets.join(one, other)
        $0.pairs.append((one, other))
      }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    var result: [(Int, Int)]? { state.withLock { $0.isStopped ? nil : $0.pairs } }
  }
}

extension PhotoFacts.Picture {
  /// Of width over height.
  fileprivate var logarithmOfRatio: Double { log(Double(width) / Double(height)) }
}
