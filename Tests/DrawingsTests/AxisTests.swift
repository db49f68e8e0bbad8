import Drawings
import Testing

@Suite struct AxisTests {
  @Test(
    "ticks are round, hold all values and are told apart",
    arguments: [[0.62, 0.97], [0, 0.001], [3, 3], [-2, 7.5], [], [.nan, 1], [1e9, 1e9 + 1], [1e-9, 2e-9]])
  func ticks(values: [Double]) {
    let axis = Axis(around: values, unit: .number)
    #expect((2...8).contains(axis.ticks.count))
    for value in values where value.isFinite {
      #expect(axis.low <= value + 1e-12 && value <= axis.high + 1e-12)
    }
    if (values.max() ?? 1).magnitude > 1e-4 { #expect(Set(axis.ticks.map(axis.label)).count == axis.ticks.count) }
  }

  @Test("shares stay within all and nothing")
  func bounds() {
    let axis = Axis(around: [0.91, 0.99], unit: .percent, bounds: 0...1)
    #expect(axis.high <= 1)
    #expect(axis.place(of: 2) == 1 && axis.place(of: -1) == 0 && axis.place(of: .nan) == 0)
  }

  @Test("equal ratios are equally far apart on a logarithmic scale")
  func logarithmic() {
    let axis = Axis.logarithmic(at: [80, 10, 20, 40, 20], unit: .count)
    #expect(axis.ticks == [10, 20, 40, 80])
    for (tick, place) in zip(axis.ticks, [0, 1.0 / 3, 2.0 / 3, 1]) {
      #expect((axis.place(of: tick) - place).magnitude < 1e-12)
    }
    #expect(Axis.logarithmic(at: [], unit: .count).ticks.count > 1)
    #expect(Axis.logarithmic(at: [7], unit: .count).place(of: 7).rounded(.down) == 0)
  }
}
