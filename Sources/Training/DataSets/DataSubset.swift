public import Foundation
public import ImageInput
public import ModelServing

/// Some images of a data set.
public struct DataSubset: DataSet {
  public let name: String
  private let whole: any DataSet
  private let indices: [Int]
  public let storedImages: StoredImages?

  public init(of whole: any DataSet, indices: [Int], name: String) {
    self.name = name
    self.whole = whole
    self.indices = indices
    storedImages = whole.storedImages?.choosing(indices)
  }

  public var classes: [ClassLabel] { whole.classes }
  public var count: Int { indices.count }

  public func label(_ index: Int) -> Int { whole.label(indices[index]) }
  public func image(_ index: Int) throws -> PixelImage { try whole.image(indices[index]) }
  public func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    try whole.crops(indices[index], preprocessing)
  }
  public func identifier(_ index: Int) -> String { whole.identifier(indices[index]) }
  public func path(_ index: Int) -> String { whole.path(indices[index]) }
  public func encoded(_ index: Int) throws -> Data? { try whole.encoded(indices[index]) }
  public func contentHash(_ index: Int) throws -> String { try whole.contentHash(indices[index]) }

  /// Of the whole set's and of what was chosen.
  public func fingerprint() throws -> String {
    Fingerprint.digest(["subset 1", try whole.fingerprint()] + indices.lazy.map(String.init))
  }
}
