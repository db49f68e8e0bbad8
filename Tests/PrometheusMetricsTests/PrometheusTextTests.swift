import PrometheusMetrics
import Testing

/// Expected lines follow https://prometheus.io/docs/instrumenting/exposition_formats/.
@Suite("Prometheus' text format")
struct PrometheusTextTests {
  @Test("the format's own example of a counter")
  func counter() {
    let family = MetricFamily(
      "http_requests_total", .counter, help: "The total number of HTTP requests.",
      [.init(1027, ["method": "post", "code": "200"]), .init(3, ["method": "post", "code": "400"])])
    #expect(
      PrometheusText.render([family]) == """
        # HELP http_requests_total The total number of HTTP requests.
        # TYPE http_requests_total counter
        http_requests_total{code="200",method="post"} 1027
        http_requests_total{code="400",method="post"} 3

        """)
  }

  @Test("label values escape backslash, quote and line end; help texts backslash and line end")
  func escaping() {
    let family = MetricFamily(
      "a", .gauge, help: "C:\\ \"x\"\nend", [.init(1, ["path": "C:\\DIR\\FILE.TXT", "error": "say \"x\"\n"])])
    #expect(
      PrometheusText.render([family]) == #"""
        # HELP a C:\\ "x"\nend
        # TYPE a gauge
        a{error="say \"x\"\n",path="C:\\DIR\\FILE.TXT"} 1

        """#)
  }

  @Test("a histogram's buckets are cumulative, and a value equal to a bound is below it")
  func histogram() {
    var histogram = HistogramSnapshot(bounds: [0.25, 0.5, 1])
    for value in [0.125, 0.25, 0.375, 0.75, 7] { histogram.observe(value) }
    histogram.observe(1, times: 2)
    let family = MetricFamily("t_seconds", .histogram, help: "t", [.init(.histogram(histogram), ["model": "m"])])
    #expect(
      PrometheusText.render([family]) == """
        # HELP t_seconds t
        # TYPE t_seconds histogram
        t_seconds_bucket{model="m",le="0.25"} 2
        t_seconds_bucket{model="m",le="0.5"} 3
        t_seconds_bucket{model="m",le="1"} 6
        t_seconds_bucket{model="m",le="+Inf"} 7
        t_seconds_sum{model="m"} 10.5
        t_seconds_count{model="m"} 7

        """)
  }

  @Test(
    "numbers are written as Go reads them",
    arguments: [
      (0.0, "0"), (-1, "-1"), (0.1, "0.1"), (1e-7, "1e-07"), (1e20, "1e+20"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
      (.nan, "NaN"),
    ])
  func numbers(_ value: Double, _ text: String) {
    let line = PrometheusText.render([MetricFamily("a", .gauge, help: "a", [.init(value)])]).split(separator: "\n")[2]
    #expect(line == "a \(text)")
  }

  @Test("names that Prometheus would refuse are made valid")
  func names() {
    let family = MetricFamily("http.server-requests:é", .gauge, help: "a", [.init(1, ["9th-label:x": "v", "": "w"])])
    #expect(PrometheusText.render([family]).hasSuffix("http_server_requests:_{_=\"w\",_9th_label_x=\"v\"} 1\n"))
  }

  @Test("a family without samples is left out")
  func empty() { #expect(PrometheusText.render([MetricFamily("a", .gauge, help: "a", [])]) == "") }
}
