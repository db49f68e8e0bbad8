public import Foundation
public import ImageInput
public import ModelServing

/// A choice of the images of another data set. The images are shared, not copied.
public struct DataSubset: DataSet {
  /// The name for messages.
  public let name: String
  private let whole: any DataSet
  private let indices: [Int]
  /// The chosen images as pixels in memory; `nil` if the other set has none.
  public let storedImages: StoredImages?

  /// A choice of images.
  ///
  /// - Parameters:
  ///   - whole: the data set to choose from.
  ///   - indices: the indices of the chosen images in `whole`, in the order of the subset. An index may occur several
  ///     times.
  ///   - name: the name for messages.
  public init(of whole: any DataSet, indices: [Int], name: String) {
    self.name = name
    self.whole = whole
    self.indices = indices
    storedImages = whole.storedImages?.choosing(indices)
  }

  /// All classes of the other set, also if no image of a class was chosen.
  public var classes: [ClassLabel] { whole.classes }
  /// The number of chosen images.
  public var count: Int { indices.count }

  /// The class of a chosen image.
  public func label(_ index: Int) -> Int { whole.label(indices[index]) }
  /// A chosen image as 8-bit RGB.
  ///
  /// - Throws: the errors of the other set.
  public func image(_ index: Int) throws -> PixelImage { try whole.image(indices[index]) }
  /// The crops of a chosen image for the network's input.
  ///
  /// - Throws: the errors of the other set.
  public func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    try whole.crops(indices[index], preprocessing)
  }
  /// The path of a chosen image's file, or its place in a file.
  public func identifier(_ index: Int) -> String { whole.identifier(indices[index]) }
  /// The path of a chosen image's file below the folder of the other set.
  public func path(_ index: Int) -> String { whole.path(indices[index]) }
  /// The bytes of a chosen image's file; `nil` if it was stored as pixels.
  ///
  /// - Throws: the errors of the other set.
  public func encoded(_ index: Int) throws -> Data? { try whole.encoded(indices[index]) }
  /// The SHA-256 of a chosen image's file or pixels.
  ///
  /// - Throws: the errors of the other set.
  public func contentHash(_ index: Int) throws -> String { try whole.contentHash(indices[index]) }

  /// The SHA-256 of the other set's fingerprint and of the chosen indices.
  ///
  /// - Throws: the errors of the other set.
  public func fingerprint() throws -> String {
    Fingerprint.digest(["subset 1", try whole.fingerprint()] + indices.lazy.map(String.init))
  }
}
