import Testing

@testable import Training

@Suite("Schedules")
struct ScheduleTests {
  @Test("rates are those of PyTorch's schedules, step by step", arguments: 0..<14)
  func goldens(index: Int) throws {
    let goldens = try OptimizerGoldens.load().schedules
    try #require(goldens.count == 14)
    let golden = goldens[index]
    let schedule = try #require(Schedule(golden.text))
    let span = ScheduleSpan(totalSteps: Double(golden.steps), warmUpSteps: Double(golden.warmUp))
    for (step, rate) in golden.rates.enumerated() {
      #expect(abs(schedule.factor(at: Double(step), of: span) - rate) < 1e-9, "\(golden.text), step \(step)")
    }
  }

  @Test("between two steps the rate lies between theirs", arguments: Schedule.names)
  func fractions(name: String) throws {
    let schedule = try #require(Schedule(name))
    let span = ScheduleSpan(totalSteps: 100, warmUpSteps: 10)
    for step in 0..<99 {
      let (here, next) = (schedule.factor(at: Double(step), of: span), schedule.factor(at: Double(step + 1), of: span))
      let between = schedule.factor(at: Double(step) + 0.5, of: span)
      #expect((min(here, next)...max(here, next)).contains(between), "\(name), step \(step)")
    }
  }

  @Test("no rate is above the base rate or below zero, however short the run", arguments: Schedule.names)
  func bounds(name: String) throws {
    let schedule = try #require(Schedule(name))
    for (total, warmUp) in [(1.0, 0.0), (2, 0), (2, 1), (3, 0), (7, 7), (1000, 100)] {
      for step in 0..<Int(total) {
        let factor = schedule.factor(at: Double(step), of: ScheduleSpan(totalSteps: total, warmUpSteps: warmUp))
        #expect((0...1).contains(factor), "\(name), step \(step) of \(total)")
      }
    }
  }

  @Test(
    "text is read and written",
    arguments: [
      "constant", "step", "step:0.5,0.25,0.75", "exponential", "exponential:0.001", "cosine", "cosine:0.1", "linear",
      "linear:0.2", "inverse-square-root", "inverse-square-root:0.1", "one-cycle", "one-cycle:0.25",
    ])
  func text(text: String) {
    #expect(Schedule(text)?.description == text)
  }

  @Test(
    "other text is refused",
    arguments: [
      "", "cos", "constant:1", "step:", "step:0.1", "step:0.1,0.75,0.5", "step:2,0.5", "exponential:0", "cosine:2",
      "cosine:-1", "cosine:a", "linear:0,1", "one-cycle:1", "one-cycle:nan", "inverse-square-root:0",
    ])
  func refused(text: String) {
    #expect(Schedule(text) == nil, "\(text)")
  }
}
