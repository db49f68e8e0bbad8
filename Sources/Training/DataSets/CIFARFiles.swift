import Foundation
import ModelServing

/// A folder of the binary files of CIFAR-10 or CIFAR-100, described at https://www.cs.toronto.edu/~kriz/cifar.html:
/// records of one label (CIFAR-100: a coarse and a fine one, of which the fine one is taken) and 3 x 32 x 32 samples in
/// planes.
///
/// `data_batch_*.bin` or `train.bin` are to train with, `test_batch.bin` or `test.bin` to test with. Names of classes
/// are in `batches.meta.txt` or `fine_label_names.txt`; without these they are CIFAR-10's ten, or the numbers.
struct CIFARFiles {
  private static let format = RasterFormat(channels: 3, height: 32, width: 32)

  private let contents: FolderContents
  /// Which of the two sets it is.
  private let version: Version
  private let training: [String]

  private struct Version {
    let classCount: Int
    let labelBytes: Int
    let testName: String
    let namesFile: String
  }

  private static let ten = Version(
    classCount: 10, labelBytes: 1, testName: "test_batch.bin", namesFile: "batches.meta.txt")
  private static let hundred = Version(
    classCount: 100, labelBytes: 2, testName: "test.bin", namesFile: "fine_label_names.txt")

  /// `nil` if no file has the name of a training file.
  init?(_ contents: FolderContents) {
    self.contents = contents
    let batches = contents.files.filter { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }
    if !batches.isEmpty {
      (version, training) = (Self.ten, batches)
    } else if contents.files.contains("train.bin") {
      (version, training) = (Self.hundred, ["train.bin"])
    } else {
      return nil
    }
  }

  /// - Throws: `DataSetError`, `UnreadableFile`.
  func open(labels: ClassList?) throws -> DataSource {
    let classes = try classes(labels)
    var sets: [SplitName: any DataSet] = [.training: try dataSet(training, classes, name: contents.url.path)]
    if contents.files.contains(version.testName) {
      sets[.test] = try dataSet([version.testName], classes, name: url(version.testName).path)
    }
    return try DataSource(kind: .cifar, sets: sets, path: contents.url.path)
  }

  private func classes(_ labels: ClassList?) throws -> [ClassLabel] {
    if let labels { return labels.labels }
    if contents.files.contains(version.namesFile) {
      let list = try ClassList(file: url(version.namesFile))
      guard list.labels.count == version.classCount else {
        throw DataSetError.classNames(
          path: url(version.namesFile).path,
          problem: "it names \(list.labels.count) classes; the set has \(version.classCount)")
      }
      return list.labels
    }
    let numbers = (0..<version.classCount).map(String.init)
    return (version.classCount == 10 ? ImportDefaults.cifar10 : numbers).map { ClassLabel(name: $0) }
  }

  private func dataSet(_ names: [String], _ classes: [ClassLabel], name: String) throws -> StoredDataSet {
    let counts = try names.map { try recordCount(of: url($0)) }
    let total = counts.reduce(0, +)
    guard total * Self.format.count <= StoredImages.maximumBytes else {
      throw DataSetError.tooLarge(
        path: contents.url.path, bytes: total * Self.format.count, maximum: StoredImages.maximumBytes)
    }
    let memory = ByteMemory(total * Self.format.count)
    var labels: [Int32] = []
    for (name, count) in zip(names, counts) {
      try read(url(name), count: count, classCount: classes.count, into: memory, labels: &labels)
    }
    return StoredDataSet(
      name: name, classes: classes, images: StoredImages(format: Self.format, memory: memory), labels: labels,
      files: zip(names, counts).map { (url($0).path, $1) })
  }

  private var recordBytes: Int { version.labelBytes + Self.format.count }

  private func recordCount(of file: URL) throws -> Int {
    let bytes = try EncodedImageFile.size(file)
    let count = bytes / recordBytes
    guard bytes > 0, bytes == count * recordBytes else {
      throw DataSetError.malformed(
        path: file.path, position: .byte(count * recordBytes),
        problem: "its \(bytes) bytes are no whole number of records of \(recordBytes)")
    }
    return count
  }

  /// Appends the records of a file.
  private func read(
    _ url: URL, count: Int, classCount: Int, into memory: ByteMemory, labels: inout [Int32]
  ) throws {
    let file = try CompressedFile(url)
    for record in 0..<count {
      var label: [UInt8] = [0, 0]
      try file.readAll(version.labelBytes, into: &label, length: count * recordBytes)
      let value = Int(label[version.labelBytes - 1])
      guard value < classCount else {
        throw DataSetError.labelOutOfRange(
          path: url.path, position: .byte(record * recordBytes + version.labelBytes - 1), label: value,
          classCount: classCount)
      }
      let target = memory.pointer + labels.count * Self.format.count
      try file.readAll(Self.format.count, into: target, length: count * recordBytes)
      labels.append(Int32(value))
    }
  }

  private func url(_ name: String) -> URL { contents.url.appendingPathComponent(name) }
}
