import Adaptation
import Foundation
import ModelServing

/// What `adapt --compare` shows.
final class ComparisonMeter {
  private let printsJSON: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  init(printsJSON: Bool) {
    self.printsJSON = printsJSON
    start = clock.now
  }

  /// - Throws: `UnwritableOutput`.
  func show(_ event: ComparisonEvent) throws {
    switch event {
    case .begins(let base, let method, let share, let done, let total):
      guard !printsJSON else { return }
      let elapsed = TimeText.clock(clock.now - start)
      Terminal.note(
        "\(done + 1) of \(total), \(elapsed) so far: \(base), \(method.rawValue), \(Int(share * 100)) % of the photos")
    case .row(let row): if printsJSON { try write(row) }
    }
  }

  /// - Throws: `UnwritableOutput`, `UnwritableFile`.
  func finish(_ report: ComparisonReport, page: URL?) throws {
    // First what took the time: it is not lost where the page cannot be written.
    try printsJSON ? write(report) : Terminal.write(report.text)
    if let page {
      do {
        try Data(ComparisonPage(report: report).html.utf8).write(to: page, options: .atomic)
      } catch {
        throw UnwritableFile(path: page.path, reason: describe(error))
      }
    }
  }

  private func write(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try Terminal.write(Array(encoder.encode(value)) + [UInt8(ascii: "\n")])
  }
}
