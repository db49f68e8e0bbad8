public import Foundation
public import ImageInput
public import ModelServing

/// Labelled images for training or evaluation.
///
/// A set is held in memory only if it was stored as pixels. Images in files are decoded when they are needed. Several
/// threads may read images at the same time. Indices go from 0 to `count - 1`.
public protocol DataSet: Sendable {
  /// The name for messages, usually the path of a file or folder.
  var name: String { get }
  /// The classes, in the order of the network's outputs.
  var classes: [ClassLabel] { get }
  /// The number of images.
  var count: Int { get }

  /// The class of an image, as an index into `classes`.
  func label(_ index: Int) -> Int

  /// An image as 8-bit RGB. A grey image has three equal channels.
  ///
  /// - Throws: `ImageError` if the image cannot be decoded. `UnreadableFile` if its file cannot be read.
  func image(_ index: Int) throws -> PixelImage

  /// The crops of an image for the network's input. They have the same bits as in serving.
  ///
  /// - Throws: `ImageError` if the image cannot be decoded. `UnreadableFile` if its file cannot be read.
  func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops

  /// The path of an image's file, or its place in a file, for messages.
  func identifier(_ index: Int) -> String

  /// The path of an image's file below the set's folder, for readers who know the folder. Images without a file of
  /// their own have their `identifier`.
  func path(_ index: Int) -> String

  /// The bytes of an image's file; `nil` if the image was stored as pixels.
  ///
  /// - Throws: `UnreadableFile` if the file cannot be read.
  func encoded(_ index: Int) throws -> Data?

  /// The SHA-256 of an image's file, in hexadecimal. If the image was stored as pixels, the hash covers its size and
  /// pixels.
  ///
  /// - Throws: `ImageError` if the image cannot be decoded. `UnreadableFile` if its file cannot be read.
  func contentHash(_ index: Int) throws -> String

  /// A SHA-256 in hexadecimal that changes when the data change. For stored pixels it covers every byte. For files it
  /// covers names and sizes alone, because reading every file would take as long as an epoch. It always covers the
  /// labels and the names of the classes.
  ///
  /// - Throws: `UnreadableFile` if a file cannot be read.
  func fingerprint() throws -> String

  /// The images as pixels in memory, all of one size; `nil` if the images are in files.
  var storedImages: StoredImages? { get }
}

extension DataSet {
  /// No stored images: the default for images in files.
  public var storedImages: StoredImages? { nil }

  /// The crops of the decoded image: the default for sets that hold pixels.
  ///
  /// - Throws: the errors of `image`.
  public func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    preprocessing.crops(of: try image(index))
  }

  /// The `identifier` of the image: the default for images without a file of their own.
  public func path(_ index: Int) -> String { identifier(index) }

  /// No bytes: the default for images that were stored as pixels.
  public func encoded(_ index: Int) throws -> Data? { nil }

  /// The hash of `encoded`, or else of the image's pixels.
  ///
  /// - Throws: the errors of `encoded` and `image`.
  public func contentHash(_ index: Int) throws -> String {
    if let encoded = try encoded(index) { return SHA256.hexDigest(of: encoded) }
    return try image(index).contentHash
  }

  /// The names of the classes, in the order of the network's outputs.
  public var classNames: [String] { classes.map(\.name) }

  /// The number of images of each class, in the order of `classes`. Each call counts all labels.
  public var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classes.count)
    for index in 0..<count { counts[label(index)] += 1 }
    return counts
  }
}

extension PixelImage {
  /// The SHA-256 of the image's size and pixels, in hexadecimal.
  public var contentHash: String {
    SHA256.hexDigest(of: Array("pixels \(width) x \(height)\n".utf8) + pixels)
  }
}
