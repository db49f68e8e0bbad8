import Foundation
import ModelServing

/// Seconds of each stage over all attempts of a run, kept in its work folder: whoever goes on with a run goes on counting.
struct StageTimes {
  private let file: URL
  /// What tells the run from others that had the same folder.
  private let run: String

  private struct Kept: Codable {
    let run: String
    let seconds: [String: Double]
  }

  init(of adapter: Adapter) {
    file = adapter.workFolder.appendingPathComponent("seconds.json")
    run = "\(adapter.run) \(adapter.base.name) \(adapter.base.version) \(adapter.settings)"
  }

  /// Of the attempts before this one.
  func load() -> [String: Double] {
    guard let data = try? Data(contentsOf: file), let kept = try? JSONDecoder().decode(Kept.self, from: data),
      kept.run == run
    else { return [:] }
    return kept.seconds
  }

  /// A run does not fail for want of its times.
  func save(_ seconds: [String: Double]) {
    guard let data = try? JSONEncoder().encode(Kept(run: run, seconds: seconds)) else { return }
    try? SafeFile.write(data, to: file)
  }
}
