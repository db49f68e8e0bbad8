import Foundation
import ModelServing
import NetworkGraph
import Training
import WeightFormats

/// Features that were computed, in files of a few dozen images each: whoever is interrupted computes no more than one file
/// anew, and a photo that was added leaves all files before it as they are.
struct FeatureStore {
  /// Images of one file.
  static let partSize = 64

  let directory: URL
  /// Tells features of one base, program and instruction set from others.
  let origin: String

  /// Features of images, from files where they are there, else from the extractor.
  ///
  /// - Parameters:
  ///   - images: places in the data set.
  ///   - hashes: one content hash for each of `images`.
  ///   - progress: is told after each file how many images are done.
  /// - Throws: what the extractor throws, `UnwritableFile`, `AdaptationError.stopped`.
  func features(
    of images: [Int], hashes: [String], in dataSet: any DataSet, _ extractor: FeatureExtractor,
    isStopping: () -> Bool, progress: (_ done: Int) throws -> Void
  ) throws -> FeatureMatrix {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    var values: [Float] = []
    values.reserveCapacity(images.count * extractor.dimensions)
    for start in stride(from: 0, to: images.count, by: Self.partSize) {
      let range = start..<min(start + Self.partSize, images.count)
      let key = SHA256.hexDigest(of: (origin + ":" + hashes[range].joined(separator: ",")).utf8)
      let file = directory.appendingPathComponent("features-\(start / Self.partSize).safetensors")
      if let known = Self.load(file, key: key, count: range.count * extractor.dimensions) {
        values += known
      } else {
        if isStopping() { throw AdaptationError.stopped }
        let part = try extractor.features(of: Array(images[range]), in: dataSet)
        try Self.save(part, key: key, to: file)
        values += part.values
      }
      try progress(range.upperBound)
    }
    return FeatureMatrix(rows: images.count, columns: extractor.dimensions, values: values)
  }

  private static func load(_ file: URL, key: String, count: Int) -> [Float]? {
    guard let known = try? WeightFile.open(path: file.path), known.metadata["key"] == key,
      let tensor = known.tensors["features"], tensor.count == count
    else { return nil }
    return tensor.values
  }

  private static func save(_ part: FeatureMatrix, key: String, to file: URL) throws {
    do {
      try SafetensorsWriter.write(
        ["features": WeightTensor(shape: [part.rows, part.columns], values: part.values)], metadata: ["key": key],
        to: file.path)
    } catch {
      throw UnwritableFile(path: file.path, reason: "\(error)")
    }
  }
}
