import Testing

@testable import InferenceRuntime

@Suite("which way of sharing a batch is taken")
struct ParallelismRecordTests {
  /// Runs of a batch of 8 with the times of each way, and the ways that they took.
  private func ways(
    _ record: inout ParallelismRecord, runs: Int, _ time: (_ run: Int, _ way: Parallelism) -> Duration
  ) -> [Parallelism] {
    (0..<runs).map { run in
      let way = record.choice(batch: 8)
      record.add(time(run, way), batch: 8)
      return way
    }
  }

  @Test("threads take samples of their own from the first run on, and seldom try the other way")
  func begins() {
    var record = ParallelismRecord(maximumBatch: 8)
    let ways = ways(&record, runs: 240) { _, _ in .milliseconds(10) }
    #expect(ways.prefix(ParallelismRecord.runsBetweenTrials - 1).allSatisfy { $0 == .apart })
    #expect(ways.count { $0 == .together } == 240 / ParallelismRecord.runsBetweenTrials)
  }

  @Test("the faster way becomes the usual one, and the slower one does not", arguments: [8, 9.6, 10.5, 12])
  func learns(milliseconds: Double) {
    var record = ParallelismRecord(maximumBatch: 8)
    _ = ways(&record, runs: 240) { _, way in .milliseconds(way == .together ? milliseconds : 10) }
    #expect(record.choice(batch: 8) == (milliseconds < 9.7 ? .together : .apart))
    #expect(record.choice(batch: 7) == .apart)
  }

  @Test("a disturbance that lasts for many runs decides nothing")
  func disturbed() {
    var record = ParallelismRecord(maximumBatch: 8)
    let ways = ways(&record, runs: 480) { run, way in
      // Every third stretch of a hundred runs takes twice as long.
      .milliseconds((way == .together ? 10.2 : 10) * (run / 100 % 3 == 0 ? 2 : 1))
    }
    #expect(ways.count { $0 == .together } == 480 / ParallelismRecord.runsBetweenTrials)
  }

  @Test("a way that becomes the faster one later is found")
  func changes() {
    var record = ParallelismRecord(maximumBatch: 8)
    _ = ways(&record, runs: 240) { _, way in .milliseconds(way == .together ? 8 : 10) }
    #expect(record.choice(batch: 8) == .together)
    _ = ways(&record, runs: 240) { _, way in .milliseconds(way == .together ? 10 : 8) }
    #expect(record.choice(batch: 8) == .apart)
  }
}
