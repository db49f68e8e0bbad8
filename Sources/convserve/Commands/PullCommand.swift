import ArgumentParser
import Foundation
import ModelServing
import Synchronization

struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Downloads an architecture's official weights, checks their hash and imports them.",
    discussion: """
      An interrupted download is resumed by the same command. Where the repository has a model of that name, its next \
      version is made.
      """)

  @Argument(help: "An architecture, for example resnet50.")
  var architecture: String

  @Option(name: .long, help: "Another place of the file; its name must end with its SHA-256's first digits.")
  var url: String?

  @Option(name: .long, help: "Directory for downloads. (default: $XDG_CACHE_HOME/convserve or ~/.cache/convserve)")
  var cache: String?

  @OptionGroup var options: ImportOptions

  func run() async throws {
    let downloader = ModelDownloader(repository: options.directory.repository, cache: cacheDirectory)
    let meter = ProgressMeter()
    let request = options.request(architecture: architecture, file: "")
    let report = try await downloader.run(request, url: url) { meter.show($0) }
    meter.finish()
    try Terminal.write(report.text + "\n")
  }

  private var cacheDirectory: URL {
    if let cache { return URL(fileURLWithPath: cache, isDirectory: true) }
    let environment = ProcessInfo.processInfo.environment
    let base =
      environment["XDG_CACHE_HOME"].map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache", isDirectory: true)
    return base.appendingPathComponent("convserve", isDirectory: true)
  }
}

/// Progress on standard error: one line that is drawn over on a terminal, a line a tenth elsewhere.
private final class ProgressMeter: Sendable {
  private let lastTenth = Mutex(-1)

  func show(_ progress: DownloadProgress) {
    let megabytes = Double(progress.received) / 1e6
    guard let total = progress.total, total > 0 else { return }
    let percent = Int(progress.received * 100 / total)
    let line = String(format: "%3d %%  %.1f of %.1f MB", percent, megabytes, Double(total) / 1e6)
    if Terminal.errorIsTerminal {
      Terminal.note("\r\(line)", terminator: "")
    } else if lastTenth.withLock({ last in
      defer { last = percent / 10 }
      return percent / 10 != last
    }) {
      Terminal.note(line)
    }
  }

  func finish() {
    if Terminal.errorIsTerminal { Terminal.note("") }
  }
}
