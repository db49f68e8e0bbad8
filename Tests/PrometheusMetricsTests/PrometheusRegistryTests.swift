import CoreMetrics
import PrometheusMetrics
import Testing

/// The registry as libraries see it: through swift-metrics.
@Suite("Metrics registry")
struct PrometheusRegistryTests {
  private let registry = PrometheusRegistry([
    MetricDeclaration("size_bytes", bounds: [10, 100], help: "Sizes, in bytes."),
    MetricDeclaration("wait_seconds", bounds: [0.1, 1], help: "Waiting, in seconds."),
  ])

  private var text: String { PrometheusText.render(registry.snapshot()) }

  @Test("equal names and labels are one counter, in any order of the labels")
  func counters() {
    Counter(label: "a_total", dimensions: [("x", "1"), ("y", "2")], factory: registry).increment()
    Counter(label: "a_total", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment(by: 2)
    Counter(label: "a_total", dimensions: [("x", "2"), ("y", "2")], factory: registry).increment()
    FloatingPointCounter(label: "b_total", factory: registry).increment(by: 0.5)
    #expect(text.contains("a_total{x=\"1\",y=\"2\"} 3\na_total{x=\"2\",y=\"2\"} 1\n"))
    #expect(text.contains("# TYPE b_total counter\nb_total 0.5\n"))
  }

  @Test("of a label that is given twice the last value counts, since a series has each label once")
  func repeatedLabel() {
    let labels = [("x", "1"), ("y", "2"), ("x", "3"), ("a.b", "4"), ("a_b", "5")]
    Counter(label: "a_total", dimensions: labels, factory: registry).increment()
    #expect(text.hasSuffix("a_total{a_b=\"5\",x=\"3\",y=\"2\"} 1\n"))
  }

  @Test("a counter never goes down, other than by a reset")
  func monotony() {
    let counter = Counter(label: "a_total", factory: registry)
    counter.increment(by: 5)
    counter.increment(by: -3)
    #expect(text.hasSuffix("a_total 5\n"))
    counter.reset()
    #expect(text.hasSuffix("a_total 0\n"))
  }

  @Test("gauges and meters keep the last value, and meters move by steps")
  func gauges() {
    Gauge(label: "g", factory: registry).record(2.5)
    let meter = Meter(label: "m", factory: registry)
    meter.set(4)
    meter.increment(by: 2)
    meter.decrement(by: 1)
    #expect(text.contains("# TYPE g gauge\ng 2.5\n"))
    #expect(text.contains("# TYPE m gauge\nm 5\n"))
  }

  @Test("recorders and timers are histograms with the declared buckets; timers count seconds")
  func histograms() {
    Recorder(label: "size_bytes", factory: registry).record(50)
    let timer = Timer(label: "wait_seconds", factory: registry)
    timer.recordMilliseconds(250)
    timer.recordNanoseconds(100_000_000)
    #expect(
      text == """
        # HELP size_bytes Sizes, in bytes.
        # TYPE size_bytes histogram
        size_bytes_bucket{le="10"} 0
        size_bytes_bucket{le="100"} 1
        size_bytes_bucket{le="+Inf"} 1
        size_bytes_sum 50
        size_bytes_count 1
        # HELP wait_seconds Waiting, in seconds.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.1"} 1
        wait_seconds_bucket{le="1"} 2
        wait_seconds_bucket{le="+Inf"} 2
        wait_seconds_sum 0.35
        wait_seconds_count 2

        """)
  }

  @Test("a metric that is destroyed is gone")
  func destroyed() {
    let counter = Counter(label: "a_total", factory: registry)
    counter.increment()
    counter.destroy()
    #expect(registry.snapshot().isEmpty)
  }

  @Test("counts from many threads all arrive")
  func threads() async {
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask { [registry] in
          for _ in 0..<1000 {
            Counter(label: "a_total", factory: registry).increment()
            Timer(label: "wait_seconds", dimensions: [("task", "\(task)")], factory: registry).recordSeconds(2)
          }
        }
      }
    }
    #expect(text.contains("a_total 8000\n"))
    #expect(text.matches(of: /wait_seconds_count{task="\d"} 1000\n/).count == 8)
  }

  @Test("a name used as two kinds stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      let registry = PrometheusRegistry()
      Counter(label: "a", factory: registry).increment()
      Meter(label: "a", factory: registry).set(1)
    }
  }

  @Test("series of a thing that is gone are forgotten, and those of others are not")
  func removedSeries() {
    for model in ["a", "b"] {
      Counter(label: "n_total", dimensions: [("model", model), ("status", "200")], factory: registry).increment()
      Timer(label: "wait_seconds", dimensions: [("model", model)], factory: registry).recordSeconds(1)
    }
    Counter(label: "other_total", dimensions: [("name", "a")], factory: registry).increment()
    registry.removeSeries("model", "a")
    #expect(!text.contains("model=\"a\""))
    #expect(text.contains("n_total{model=\"b\",status=\"200\"} 1\n"))
    #expect(text.contains("wait_seconds_count{model=\"b\"} 1\n"))
    #expect(text.contains("other_total{name=\"a\"} 1\n"))
    Counter(label: "n_total", dimensions: [("model", "a"), ("status", "200")], factory: registry).increment()
    #expect(text.contains("n_total{model=\"a\",status=\"200\"} 1\n"))
    registry.removeSeries("model", "b")
    #expect(!text.contains("wait_seconds"), "a metric without series is left out")
  }
}
