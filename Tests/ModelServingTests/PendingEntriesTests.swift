import Testing

@testable import ModelServing

@Suite("Forming batches")
struct PendingEntriesTests {
  static let start = ContinuousClock.now

  /// Entries `0..<count`, each a millisecond after the one before; batches of up to 4, waiting up to 10 ms.
  static func entries(_ count: Int) -> PendingEntries<Int> {
    var entries = PendingEntries<Int>(maximumBatchSize: 4, maximumDelay: .milliseconds(10), decoderCount: 2)
    for index in 0..<count {
      entries.append(.init(element: index, enqueued: start + .milliseconds(index)))
    }
    return entries
  }

  @Test("What nobody wants any more is taken out, the rest keeps its order")
  func expired() {
    var entries = PendingEntries<Int>(maximumBatchSize: 4, maximumDelay: .zero, decoderCount: 2)
    for (index, deadline) in [5, nil, 7, 6].enumerated() {
      entries.append(
        .init(element: index, enqueued: Self.start, deadline: deadline.map { Self.start + .milliseconds($0) }))
    }
    #expect(entries.removeExpired(now: Self.start + .milliseconds(4)).isEmpty)
    #expect(entries.removeExpired(now: Self.start + .milliseconds(6)) == [0, 3])
    #expect(entries.entries.map(\.element) == [1, 2])
  }

  enum Expected: Equatable {
    case idle
    case wait(untilMilliseconds: Int)
    case run([Int])
  }

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let waiting: Int
    let milliseconds: Int
    /// When the last batch ended.
    var freeSince = -1
    let decoding: Int
    let decision: Expected
  }

  @Test(
    "The rule",
    arguments: [
      Case(testDescription: "nothing waits", waiting: 0, milliseconds: 0, decoding: 1, decision: .idle),
      Case(testDescription: "nobody on the way", waiting: 1, milliseconds: 0, decoding: 0, decision: .run([0])),
      Case(
        testDescription: "more on the way", waiting: 3, milliseconds: 2, decoding: 1,
        decision: .wait(untilMilliseconds: 20)),
      Case(
        testDescription: "more on the way for long", waiting: 3, milliseconds: 19, decoding: 1,
        decision: .wait(untilMilliseconds: 20)),
      Case(
        testDescription: "the oldest has waited enough", waiting: 3, milliseconds: 20, decoding: 1,
        decision: .run([0, 1, 2])),
      Case(
        testDescription: "a batch has just been answered", waiting: 3, milliseconds: 6, freeSince: 5,
        decoding: 0, decision: .wait(untilMilliseconds: 15)),
      Case(
        testDescription: "nobody has come back", waiting: 3, milliseconds: 15, freeSince: 5, decoding: 0,
        decision: .run([0, 1, 2])),
      Case(
        testDescription: "a batch ended while images are decoded", waiting: 3, milliseconds: 24, freeSince: 5,
        decoding: 1, decision: .wait(untilMilliseconds: 25)),
      Case(
        testDescription: "every decoder is busy", waiting: 3, milliseconds: 159, decoding: 2,
        decision: .wait(untilMilliseconds: 160)),
      Case(
        testDescription: "every decoder has been busy for as long as a batch takes", waiting: 3, milliseconds: 160,
        decoding: 2, decision: .run([0, 1, 2])),
      Case(
        testDescription: "a full batch", waiting: 4, milliseconds: 3, decoding: 1, decision: .run([0, 1, 2, 3])),
      Case(
        testDescription: "more than a batch", waiting: 6, milliseconds: 5, decoding: 1,
        decision: .run([0, 1, 2, 3])),
    ])
  func rule(_ example: Case) {
    var entries = Self.entries(example.waiting)
    let now = Self.start + .milliseconds(example.milliseconds)
    let decision: Expected =
      switch entries.next(
        now: now, freeSince: Self.start + .milliseconds(example.freeSince), batchTime: .milliseconds(160),
        decoding: example.decoding)
      {
      case .idle: .idle
      case .wait(let until): .wait(untilMilliseconds: Int((until - Self.start).milliseconds.rounded()))
      case .run(let batch): .run(batch.map(\.element))
      }
    #expect(decision == example.decision)
  }

  @Test(
    "A batch that may grow is looked at again when something in it expires, whatever its place",
    arguments: [([15, nil, 9], 9), ([nil, nil, 15], 15), ([nil, 21, 30], 20), ([nil, nil, nil], 20)] as [([Int?], Int)])
  func wakesForDeadlines(deadlines: [Int?], until: Int) {
    var entries = PendingEntries<Int>(maximumBatchSize: 4, maximumDelay: .milliseconds(20), decoderCount: 2)
    for (index, deadline) in deadlines.enumerated() {
      entries.append(
        .init(element: index, enqueued: Self.start, deadline: deadline.map { Self.start + .milliseconds($0) }))
    }
    guard
      case .wait(let time) = entries.next(now: Self.start, freeSince: Self.start, batchTime: .zero, decoding: 1)
    else {
      Issue.record("three entries are no full batch")
      return
    }
    #expect(time == Self.start + .milliseconds(until))
  }

  @Test("What is left over waits for the next batch, counted from its own arrival")
  func remainder() {
    var entries = Self.entries(6)
    func next(_ milliseconds: Int) -> PendingEntries<Int>.Decision {
      entries.next(
        now: Self.start + .milliseconds(milliseconds), freeSince: Self.start, batchTime: .milliseconds(80),
        decoding: 1)
    }
    guard case .run = next(0) else {
      Issue.record("six entries fill a batch of four")
      return
    }
    guard case .wait(let until) = next(6) else {
      Issue.record("two entries are no full batch")
      return
    }
    #expect(until == Self.start + .milliseconds(14))
  }
}
