import Glibc

/// What the kernel says of this process, under the names that Prometheus' client libraries share
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
public enum ProcessMetrics {
  /// Read anew from `/proc`; what cannot be read is left out.
  public static func families() -> [MetricFamily] {
    [
      family("process_cpu_seconds_total", .counter, "CPU time of this process, in seconds.", cpuSeconds),
      family("process_max_fds", .gauge, "Descriptors that this process may have open.", maximumDescriptors),
      family("process_open_fds", .gauge, "Descriptors that this process has open.", openDescriptors),
      family("process_resident_memory_bytes", .gauge, "Memory that this process holds, in bytes.", pages(1)),
      family("process_start_time_seconds", .gauge, "Start of this process, in seconds since 1970.", startTime),
      family("process_threads", .gauge, "Threads of this process.", statistic(19)),
      family("process_virtual_memory_bytes", .gauge, "Address space of this process, in bytes.", pages(0)),
    ].compactMap { $0 }
  }

  private static func family(
    _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: Double?
  ) -> MetricFamily? {
    value.map { MetricFamily(name, kind, help: help, [.init($0)]) }
  }

  private static var cpuSeconds: Double? {
    guard let user = statistic(13), let system = statistic(14) else { return nil }
    return (user + system) / ticksPerSecond
  }

  /// The kernel counts from its own start, whose moment is in `/proc/stat`.
  private static var startTime: Double? {
    guard let ticks = statistic(21), let text = contents(of: "/proc/stat"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
      let boot = Double(line.dropFirst("btime ".count))
    else { return nil }
    return boot + ticks / ticksPerSecond
  }

  private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

  /// A field of `/proc/self/stat`, numbered from 0 (proc(5) numbers from 1). The second holds the program's name, which
  /// may hold anything, so fields are counted from behind its last parenthesis.
  private static func statistic(_ field: Int) -> Double? {
    guard let text = contents(of: "/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.indices.contains(field - 2) ? Double(fields[field - 2]) : nil
  }

  /// A field of `/proc/self/statm`, in bytes.
  private static func pages(_ field: Int) -> Double? {
    guard let fields = contents(of: "/proc/self/statm")?.split(whereSeparator: \.isWhitespace),
      fields.indices.contains(field), let count = Double(fields[field])
    else { return nil }
    return count * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static var maximumDescriptors: Double? {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : nil
  }

  private static var openDescriptors: Double? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Not counted: ".", "..", and the descriptor that reads the directory.
    return Double(count - 3)
  }

  /// A small file of the kernel's, whole.
  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let piece = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress!, buffer.count))
      }
      if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece
    }
  }
}
