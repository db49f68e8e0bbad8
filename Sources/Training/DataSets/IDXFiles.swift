import Foundation
import ModelServing

/// A folder of IDX files in pairs, as MNIST and its kin come: `train-images-idx3-ubyte` with `train-labels-idx1-ubyte`,
/// and `t10k-...` to test with, each plain or packed as `.gz`.
///
/// Names with a dot (`train-images.idx3-ubyte`) and with a beginning (`emnist-digits-train-...`) are known too. Where a
/// file is there both plain and packed, the plain one is taken. The classes are Fashion-MNIST's where the labels are
/// its, else the numbers.
struct IDXFiles {
  private let contents: FolderContents
  /// The names of the image files with their use. A file without a known use is for training.
  private let images: [(use: SplitName, name: String)]

  /// `nil` if no file has the name of an IDX file.
  init?(_ contents: FolderContents) {
    let names = contents.files.filter { Self.kind($0) != nil }
    guard !names.isEmpty else { return nil }
    self.contents = contents
    images = names.filter {
      Self.kind($0) == .images && !($0.hasSuffix(".gz") && names.contains(String($0.dropLast(3))))
    }
    .map { (Self.use($0), $0) }
  }

  /// - Throws: `DataSetError`, `UnreadableFile`.
  func open(labels: ClassList?) throws -> DataSource {
    guard !images.isEmpty else {
      throw DataSetError.missingFile(path: path("train-images-idx3-ubyte"), partner: path(contents.files[0]))
    }
    var pairs: [SplitName: IDXPair] = [:]
    for (use, name) in images {
      guard pairs[use] == nil else {
        throw DataSetError.severalSets(path: contents.url.path, use: use.rawValue, names: images.map(\.name))
      }
      pairs[use] = try IDXPair(images: url(name), labels: url(labelsName(of: name)))
    }
    let classes = try labels?.labels ?? Self.classes(pairs, folder: contents.url)
    let sets: [SplitName: any DataSet] = try pairs.mapValues { try $0.dataSet(classes: classes) }
    return try DataSource(kind: .idx, sets: sets, path: contents.url.path)
  }

  private enum FileKind {
    case images, labels
  }

  private static func kind(_ name: String) -> FileKind? {
    let name = name.hasSuffix(".gz") ? name.dropLast(3) : name[...]
    if name.hasSuffix("images-idx3-ubyte") || name.hasSuffix("images.idx3-ubyte") { return .images }
    if name.hasSuffix("labels-idx1-ubyte") || name.hasSuffix("labels.idx1-ubyte") { return .labels }
    return nil
  }

  /// The use of a file, from the last word before `images`.
  private static func use(_ name: String) -> SplitName {
    let words = name.split(separator: "-")
    let place = words.firstIndex { $0.hasPrefix("images") } ?? 0
    return place > 0 ? SplitName(words[place - 1]) ?? .training : .training
  }

  private func labelsName(of images: String) throws(DataSetError) -> String {
    let packed = images.hasSuffix(".gz")
    let plain = packed ? String(images.dropLast(3)) : images
    // Only the last occurrence counts, because the beginning of the name is the user's own.
    let stem = plain.dropLast("images-idx3-ubyte".count)
    let separator = plain.dropLast("idx3-ubyte".count).last.map(String.init) ?? "-"
    let name = "\(stem)labels\(separator)idx1-ubyte"
    if let found = [name, name + ".gz"].first(where: contents.files.contains) { return found }
    throw .missingFile(path: path(packed ? name + ".gz" : name), partner: path(images))
  }

  /// As many as the labels ask for.
  private static func classes(_ pairs: [SplitName: IDXPair], folder: URL) throws(DataSetError) -> [ClassLabel] {
    let count = pairs.values.map(\.classCount).max() ?? 0
    if count == FashionMNIST.classNames.count, let training = pairs[.training],
      FashionMNIST.isLikely(folder: folder, labels: training.labels.bytes)
    {
      return FashionMNIST.classNames.map { ClassLabel(name: $0) }
    }
    return (0..<count).map { ClassLabel(name: "\($0)") }
  }

  private func url(_ name: String) -> URL { contents.url.appendingPathComponent(name) }
  private func path(_ name: String) -> String { url(name).path }
}

/// Images and their labels.
private struct IDXPair {
  let imagesFile: URL
  let labelsFile: URL
  let format: RasterFormat
  let images: ByteMemory
  let labels: ByteMemory

  init(images imagesFile: URL, labels labelsFile: URL) throws {
    let images = try IDXFile(imagesFile, dimensionCount: 3)
    let labels = try IDXFile(labelsFile, dimensionCount: 1)
    guard images.dimensions[0] == labels.dimensions[0] else {
      throw DataSetError.differentCounts(
        images: imagesFile.path, imageCount: images.dimensions[0], labels: labelsFile.path,
        labelCount: labels.dimensions[0])
    }
    format = RasterFormat(channels: 1, height: images.dimensions[1], width: images.dimensions[2])
    (self.images, self.labels) = (images.memory, labels.memory)
    (self.imagesFile, self.labelsFile) = (imagesFile, labelsFile)
  }

  var classCount: Int { Int(labels.bytes.max() ?? 0) + 1 }

  func dataSet(classes: [ClassLabel]) throws(DataSetError) -> StoredDataSet {
    if let place = labels.bytes.firstIndex(where: { $0 >= classes.count }) {
      // Labels begin behind four bytes of type and four of their number.
      throw .labelOutOfRange(
        path: labelsFile.path, position: .byte(8 + place), label: Int(labels.bytes[place]), classCount: classes.count)
    }
    return StoredDataSet(
      name: imagesFile.path, classes: classes, images: StoredImages(format: format, memory: images),
      labels: labels.bytes.map(Int32.init), files: [(imagesFile.path, labels.count)])
  }
}
