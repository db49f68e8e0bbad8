import Testing

@testable import ModelServing

@Suite("Estimate of load")
struct LoadEstimateTests {
  private let start = ContinuousClock.now

  @Test("before the first batch nothing is known, so nothing is expected")
  func new() {
    #expect(LoadEstimate().time(forSamples: 1000, batches: 100) == .zero)
  }

  @Test("a batch tells the time of a sample and of a batch, from when there was something to do")
  func first() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    load.answered(4, leavesOthers: true, now: start + .milliseconds(40))
    #expect(load.time(forSamples: 3, batches: 0) == .milliseconds(30))
    // Samples are answered with their batch, which may be computed after another one.
    #expect(load.time(forSamples: 2, batches: 2) == .milliseconds(80))
    // Small batches, as decoding makes them, need more time than as many full ones would.
    #expect(load.time(forSamples: 20, batches: 3) == .milliseconds(200))
  }

  @Test("a batch that leaves nothing to do tells only its own time")
  func light() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    load.answered(1, leavesOthers: false, now: start + .milliseconds(40))
    #expect(load.time(forSamples: 1000, batches: 125) == .seconds(5))
  }

  @Test("time without anything to do does not count")
  func idle() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    load.answered(1, leavesOthers: true, now: start + .milliseconds(10))
    load.becameBusy(now: start + .seconds(100))
    load.answered(1, leavesOthers: true, now: start + .seconds(100) + .milliseconds(10))
    #expect(load.timePerSample == .milliseconds(10))
  }

  @Test("batches that follow one another count from the one before, and later ones count more")
  func change() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    var now = start
    for milliseconds in [8] + Array(repeating: 80, count: 30) {
      now += .milliseconds(milliseconds)
      load.answered(8, leavesOthers: true, now: now)
    }
    #expect(load.timePerSample > .milliseconds(9.9))
    #expect(load.timePerSample <= .milliseconds(10))
  }
}
