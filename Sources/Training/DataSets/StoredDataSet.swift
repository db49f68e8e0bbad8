import Foundation
public import ImageInput
public import ModelServing

/// Images that were stored as pixels of one size, such as IDX files, held in memory.
public struct StoredDataSet: DataSet {
  /// The path of the file or folder that the images come from.
  public let name: String
  /// The classes, in the order of the network's outputs.
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

  /// The number of images.
  public var count: Int { labels.count }
  /// All images as pixels in memory.
  public var storedImages: StoredImages? { images }

  /// The class of an image, as an index into `classes`.
  public func label(_ index: Int) -> Int { Int(labels[index]) }
  /// An image as 8-bit RGB. A grey image has three equal channels.
  public func image(_ index: Int) -> PixelImage { images.image(index) }

  /// The place of an image in its file, such as `image 7 of FILE`, counted from 0.
  public func identifier(_ index: Int) -> String {
    var index = index
    for file in files {
      if index < file.count { return "image \(index) of \(file.name)" }
      index -= file.count
    }
    return "image \(index)"
  }

  /// The SHA-256 of all pixels, labels and classes, in hexadecimal.
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
