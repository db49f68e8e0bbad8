public import Foundation
public import ImageInput
public import ModelServing

/// Images in files of their own. Each image is read and decoded whenever it is asked for.
public struct FileDataSet: DataSet {
  struct Entry: Hashable, Sendable {
    /// Below the set's folder, or absolute.
    let path: String
    let label: Int32
    /// The line of the CSV file that lists the image; `nil` for images in class folders.
    var line: Int?
  }

  /// The path of the folder or CSV file that lists the images.
  public let name: String
  /// The classes, in the order of the network's outputs.
  public let classes: [ClassLabel]
  /// What paths are relative to.
  private let folder: URL
  private let entries: [Entry]
  /// The CSV file that lists the images; `nil` for class folders.
  private let list: String?
  private let limits = DecodingLimits()

  init(name: String, classes: [ClassLabel], folder: URL, entries: [Entry], list: String? = nil) {
    self.name = name
    self.classes = classes
    self.folder = folder
    self.entries = entries
    self.list = list
  }

  /// The number of files.
  public var count: Int { entries.count }

  /// The class of an image, as an index into `classes`.
  public func label(_ index: Int) -> Int { Int(entries[index].label) }

  /// The path of the file. If a CSV file lists it, the CSV file and the line follow.
  public func identifier(_ index: Int) -> String {
    let entry = entries[index]
    guard let list, let line = entry.line else { return file(index).path }
    return "\(file(index).path) (\(list), line \(line))"
  }

  /// The path of the file below the set's folder, as the folder or the CSV file names it.
  public func path(_ index: Int) -> String { entries[index].path }

  /// The bytes of the file.
  ///
  /// - Throws: `UnreadableFile` if the file cannot be read or is larger than 256 MiB.
  public func encoded(_ index: Int) throws -> Data? { try EncodedImageFile.bytes(file(index)) }

  /// The decoded image, upright, as 8-bit RGB.
  ///
  /// - Throws: `ImageError` if the file cannot be decoded. `UnreadableFile` if it cannot be read.
  public func image(_ index: Int) throws -> PixelImage {
    try EncodedImageFile.bytes(file(index)).withUnsafeBytes { try ImageDecoder.decode($0, limits: limits) }
  }

  /// The crops of the image for the network's input, with the same bits as in serving with default settings.
  ///
  /// - Throws: `ImageError` if the file cannot be decoded. `UnreadableFile` if it cannot be read.
  public func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    try EncodedImageFile.bytes(file(index)).withUnsafeBytes { bytes in
      let header = try ImageHeader(reading: bytes, within: limits)
      return try preprocessing.crops(of: bytes, header: header, limits: limits, jpegDecoding: .standard)
    }
  }

  /// The SHA-256 of the files' names and sizes, the labels and the classes, in hexadecimal. The contents of the files
  /// do not count, because reading them would take as long as an epoch. A missing file has the size -1.
  public func fingerprint() -> String {
    let files = entries.indices.map { index in
      let size = try? EncodedImageFile.size(file(index))
      return "\(entries[index].path) \(size ?? -1) \(entries[index].label)"
    }
    return Fingerprint.digest(["image files 1", Fingerprint.text(classes)] + files)
  }

  /// The indices of images whose files do not exist, ascending. No file is read.
  public func missingFiles() -> [Int] {
    entries.indices.filter { (try? EncodedImageFile.size(file($0))) == nil }
  }

  private func file(_ index: Int) -> URL {
    let path = entries[index].path
    return path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appendingPathComponent(path)
  }
}
