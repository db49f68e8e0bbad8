import Foundation
import ModelServing
import Training

/// `curve.json`: the settings of a trial, and its epochs so far.
public struct TrialCurve: Codable, Hashable, Sendable {
  public static let fileName = "curve.json"

  public var settings: TrainingSettings
  public var curve: [EpochRecord]

  public init(settings: TrainingSettings, curve: [EpochRecord]) {
    (self.settings, self.curve) = (settings, curve)
  }

  /// - Throws: `UnwritableFile`.
  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    let file = folder.appendingPathComponent(Self.fileName)
    do {
      try (encoder.encode(self) + Data("\n".utf8)).write(to: file, options: .atomic)
    } catch {
      throw UnwritableFile(path: file.path, reason: describe(error))
    }
  }
}
