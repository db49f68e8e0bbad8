import Foundation
import PrometheusMetrics
import Testing

@Suite("Metrics of the process")
struct ProcessMetricsTests {
  private let values = ProcessMetrics.families().reduce(into: [String: Double]()) { values, family in
    if case .number(let value) = family.samples[0].value { values[family.name] = value }
  }

  @Test("memory and threads are those that the kernel shows elsewhere")
  func status() throws {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    func line(_ name: String) throws -> Double {
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":") })
      return try #require(Double(line.split(whereSeparator: \.isWhitespace)[1]))
    }
    // Both were read a moment apart, while other tests may run; the kernel's counters of memory are themselves inexact.
    #expect(try abs(values["process_resident_memory_bytes"]! / 1024 - line("VmRSS")) < 65_536)
    #expect(try abs(values["process_virtual_memory_bytes"]! / 1024 - line("VmSize")) < 1_048_576)
    #expect(try abs(values["process_threads"]! - line("Threads")) < 64)
  }

  @Test("this process has begun after the machine and before now")
  func startTime() throws {
    let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8)
    let boot = Date().timeIntervalSince1970 - Double(uptime.split(separator: " ")[0])!
    let start = try #require(values["process_start_time_seconds"])
    #expect(start >= boot - 2)
    #expect(start <= Date().timeIntervalSince1970 + 2)
  }

  @Test("one more open file is one more descriptor")
  func descriptors() throws {
    let files = try (0..<200).map { _ in try #require(FileHandle(forReadingAtPath: "/dev/null")) }
    let open = try #require(
      ProcessMetrics.families().first { $0.name == "process_open_fds" }?.samples.first?.value)
    #expect(open != .number(values["process_open_fds"]!))
    guard case .number(let count) = open else { return }
    #expect(count >= values["process_open_fds"]! + 100)
    #expect(values["process_max_fds"]! >= count)
    withExtendedLifetime(files) {}
  }

  @Test("time of the processor goes on")
  func processorTime() { #expect(values["process_cpu_seconds_total"]! >= 0) }
}
