import Testing

@testable import ModelServing

@Suite("Estimate of load")
struct LoadEstimateTests {
  private let start = ContinuousClock.now

  @Test("before the first batch nothing is known, so nothing is expected")
  func new() {
    #expect(LoadEstimate().time(for: 1000) == .zero)
  }

  @Test("a batch tells the time of a sample, from when there was something to do")
  func first() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    load.answered(4, now: start + .milliseconds(40))
    #expect(load.time(for: 3) == .milliseconds(30))
  }

  @Test("time without anything to do does not count")
  func idle() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    load.answered(1, now: start + .milliseconds(10))
    load.becameBusy(now: start + .seconds(100))
    load.answered(1, now: start + .seconds(100) + .milliseconds(10))
    #expect(load.timePerSample == .milliseconds(10))
  }

  @Test("batches that follow one another count from the one before, and later ones count more")
  func change() {
    var load = LoadEstimate()
    load.becameBusy(now: start)
    var now = start
    for milliseconds in [8] + Array(repeating: 80, count: 30) {
      now += .milliseconds(milliseconds)
      load.answered(8, now: now)
    }
    #expect(load.timePerSample > .milliseconds(9.9))
    #expect(load.timePerSample <= .milliseconds(10))
  }
}
