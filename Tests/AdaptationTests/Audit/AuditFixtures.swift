import Foundation
import ImageInput
import InferenceRuntime
import TestSupport
import Training

@testable import Adaptation

/// Photos of Tests/Goldens/audit, and sets made of them.
enum AuditFixtures {
  static let goldens = Checkout.root.appendingPathComponent("Tests/Goldens/audit", isDirectory: true)

  static let variants = [
    "quality-50.jpg", "webp.webp", "two-fifths.png", "double.jpg", "margins.jpg", "corner.jpg", "margins-small.jpg",
    "brighter.jpg",
  ]

  static func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(contentsOf: goldens.appendingPathComponent(name)))
  }

  static func facts(_ name: String) throws -> PhotoFacts {
    try PhotoFacts(photo(name), 0)
  }

  /// A set of one golden picture, which stays where it is.
  static func photo(_ name: String) throws -> any DataSet {
    let folder = try TemporaryFolder()
    let table = folder.url.appendingPathComponent("one.csv")
    try Data("path,label\n\(goldens.appendingPathComponent(name).path),one\n".utf8).write(to: table)
    return try DataSource.open(table).training
  }

  /// Facts of pixels, as of a file of its own.
  static func facts(_ image: PixelImage) -> PhotoFacts {
    PhotoFacts(contentHash: image.contentHash, bytes: nil, picture: PhotoFacts.Picture(image), problem: nil)
  }

  /// A grey picture whose pixels depend on their place.
  static func grey(width: Int, height: Int, _ value: (_ x: Int, _ y: Int) -> Int) -> PixelImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let sample = UInt8(clamping: value(x, y))
        pixels += [sample, sample, sample]
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }
}

/// Class folders, in a folder that is removed afterwards.
struct PhotoFolder {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Adds a golden picture.
  func add(_ name: String, as path: String? = nil) throws {
    try folder.copy(AuditFixtures.goldens.appendingPathComponent(name), to: path ?? "photos/\(name)")
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    let file = folder.url.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func open() throws -> any DataSet { try DataSource.open(folder.url).training }

  func audit(threads: Int = 2) throws -> DataAudit {
    try DataAudit(of: DataSource.open(folder.url), pool: WorkerPool(threadCount: threads))!
  }
}
