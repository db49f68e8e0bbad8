public import Foundation
public import ImageInput
public import ModelServing

/// Images in files of their own, decoded whenever they are needed.
public struct FileDataSet: DataSet {
  struct Entry: Hashable, Sendable {
    /// Below the set's folder, or absolute.
    let path: String
    let label: Int32
    /// Where a list of files names it; nothing where a folder does.
    var line: Int?
  }

  public let name: String
  public let classes: [ClassLabel]
  /// What paths are relative to.
  private let folder: URL
  private let entries: [Entry]
  /// The file that lists them; nothing where a folder does.
  private let list: String?
  private let limits = DecodingLimits()

  init(name: String, classes: [ClassLabel], folder: URL, entries: [Entry], list: String? = nil) {
    self.name = name
    self.classes = classes
    self.folder = folder
    self.entries = entries
    self.list = list
  }

  public var count: Int { entries.count }

  public func label(_ index: Int) -> Int { Int(entries[index].label) }

  public func identifier(_ index: Int) -> String {
    let entry = entries[index]
    guard let list, let line = entry.line else { return file(index).path }
    return "\(file(index).path) (\(list), line \(line))"
  }

  public func path(_ index: Int) -> String { entries[index].path }

  public func encoded(_ index: Int) throws -> Data? { try EncodedImageFile.bytes(file(index)) }

  public func image(_ index: Int) throws -> PixelImage {
    try EncodedImageFile.bytes(file(index)).withUnsafeBytes { try ImageDecoder.decode($0, limits: limits) }
  }

  public func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    try EncodedImageFile.bytes(file(index)).withUnsafeBytes { bytes in
      let header = try ImageHeader(reading: bytes, within: limits)
      return try preprocessing.crops(of: bytes, header: header, limits: limits, jpegDecoding: .standard)
    }
  }

  /// Of names and sizes alone: reading every image would take as long as an epoch. A file that is not there has the
  /// size -1.
  public func fingerprint() -> String {
    let files = entries.indices.map { index in
      let size = try? EncodedImageFile.size(file(index))
      return "\(entries[index].path) \(size ?? -1) \(entries[index].label)"
    }
    return Fingerprint.digest(["image files 1", Fingerprint.text(classes)] + files)
  }

  private func file(_ index: Int) -> URL {
    let path = entries[index].path
    return path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appendingPathComponent(path)
  }
}
