import Foundation
public import ImageInput
public import ModelServing

/// Images that came as pixels, and are held as such.
public struct StoredDataSet: DataSet {
  public let name: String
  public let classes: [ClassLabel]
  let images: StoredImages
  private let labels: [Int32]
  /// The files, and how many images come from each, in order.
  private let files: [(name: String, count: Int)]

  init(
    name: String, classes: [ClassLabel], images: StoredImages, labels: [Int32], files: [(name: String, count: Int)]
  ) {
    precondition(labels.count == images.count, "\(labels.count) labels for \(images.count) images")
    self.name = name
    self.classes = classes
    self.images = images
    self.labels = labels
    self.files = files
  }

  public var count: Int { labels.count }
  public var storedImages: StoredImages? { images }

  public func label(_ index: Int) -> Int { Int(labels[index]) }
  public func image(_ index: Int) -> PixelImage { images.image(index) }

  public func identifier(_ index: Int) -> String {
    var index = index
    for file in files {
      if index < file.count { return "image \(index) of \(file.name)" }
      index -= file.count
    }
    return "image \(index)"
  }

  public func fingerprint() -> String {
    let format = images.format
    let labelBytes = labels.map(UInt8.init(truncatingIfNeeded:))
    let parts = [
      "stored images 1", "\(count) x \(format.channels) x \(format.height) x \(format.width)",
      SHA256.hexDigest(of: images.memory.bytes), SHA256.hexDigest(of: labelBytes), Fingerprint.text(classes),
    ]
    return Fingerprint.digest(parts)
  }
}
