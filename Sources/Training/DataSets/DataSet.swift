public import Foundation
public import ImageInput
public import ModelServing

/// Labelled images to learn from, or to be judged by.
///
/// A set is never held in memory as a whole unless it was stored as pixels; images that lie in files are decoded when
/// they are needed. Any thread may ask for any image at any time.
public protocol DataSet: Sendable {
  /// For messages.
  var name: String { get }
  /// In the order of the network's outputs.
  var classes: [ClassLabel] { get }
  var count: Int { get }

  /// The class of an image, an index into `classes`.
  func label(_ index: Int) -> Int

  /// An image as 8-bit RGB; a grey one has three equal channels.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func image(_ index: Int) throws -> PixelImage

  /// An image on its way to the network, as serving would bring it there.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops

  /// The file that an image comes from, or its place in one.
  func identifier(_ index: Int) -> String

  /// The same for readers who know where the data are: a file's path below the set's folder.
  func path(_ index: Int) -> String

  /// The bytes of an image's file; nothing where it came as pixels.
  ///
  /// - Throws: `UnreadableFile`.
  func encoded(_ index: Int) throws -> Data?

  /// SHA-256 in hexadecimal of an image's file, or of its pixels where it came as such.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func contentHash(_ index: Int) throws -> String

  /// A SHA-256 in hexadecimal that changes with the data: of stored images it covers every byte, of files their names
  /// and sizes, and of both the labels and the names of the classes.
  ///
  /// - Throws: `UnreadableFile`.
  func fingerprint() throws -> String

  /// Images of one size that lie ready in memory; nothing where they are in files.
  var storedImages: StoredImages? { get }
}

extension DataSet {
  public var storedImages: StoredImages? { nil }

  public func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    preprocessing.crops(of: try image(index))
  }

  public func path(_ index: Int) -> String { identifier(index) }

  public func encoded(_ index: Int) throws -> Data? { nil }

  public func contentHash(_ index: Int) throws -> String {
    if let encoded = try encoded(index) { return SHA256.hexDigest(of: encoded) }
    return try image(index).contentHash
  }

  public var classNames: [String] { classes.map(\.name) }

  /// How many images each class has.
  public var classCounts: [Int] {
    var counts = [Int](repeating: 0, count: classes.count)
    for index in 0..<count { counts[label(index)] += 1 }
    return counts
  }
}

extension PixelImage {
  /// SHA-256 in hexadecimal of the size and the pixels.
  public var contentHash: String {
    SHA256.hexDigest(of: Array("pixels \(width) x \(height)\n".utf8) + pixels)
  }
}
