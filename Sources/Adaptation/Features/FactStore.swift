import Foundation
import InferenceRuntime
import ModelServing
import Training

/// Facts of photos that were looked at, in files of some hundred photos each: whoever is interrupted looks at no more than one
/// file's photos again.
struct FactStore {
  static let partSize = 256

  let directory: URL

  private struct Part: Codable {
    let key: String
    let facts: [PhotoFacts]
  }

  /// - Parameter progress: is told after each part how many photos are done.
  /// - Throws: `AdaptationError.stopped`, `UnwritableFile`, what `progress` throws.
  func facts(
    of dataSet: any DataSet, pool: WorkerPool, isStopping: @Sendable () -> Bool, progress: (_ done: Int) throws -> Void
  ) throws -> [PhotoFacts] {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    var facts: [PhotoFacts] = []
    for start in stride(from: 0, to: dataSet.count, by: Self.partSize) {
      let range = start..<min(start + Self.partSize, dataSet.count)
      let part = DataSubset(of: dataSet, indices: Array(range), name: dataSet.name)
      let file = directory.appendingPathComponent("facts-\(start / Self.partSize).json")
      // Names and sizes: a photo that somebody replaces in the middle of a run by another of equal length is not noticed.
      let key = try part.fingerprint()
      if let known = Self.load(file, key: key, count: range.count) {
        facts += known
      } else {
        guard let found = PhotoFacts.gather(part, pool: pool, isStopping: isStopping) else {
          throw AdaptationError.stopped
        }
        try SafeFile.write(JSONEncoder().encode(Part(key: key, facts: found)), to: file)
        facts += found
      }
      try progress(range.upperBound)
    }
    return facts
  }

  private static func load(_ file: URL, key: String, count: Int) -> [PhotoFacts]? {
    guard let data = try? Data(contentsOf: file), let part = try? JSONDecoder().decode(Part.self, from: data),
      part.key == key, part.facts.count == count
    else { return nil }
    return part.facts
  }
}
