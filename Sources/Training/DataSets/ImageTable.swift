import Foundation
import ModelServing

/// A CSV file that lists images: a path, a label, and optionally a split, in this order or as the header names them.
///
/// Paths are relative to the file's folder, or absolute. The classes are those of a file of labels. Without one, they
/// are all labels of training images: in numeric order if all are whole numbers, and otherwise in the order of their
/// bytes.
enum ImageTable {
  /// - Throws: `DataSetError`, `UnreadableFile`.
  static func open(_ file: URL, labels: ClassList?) throws -> DataSource {
    let rows = try TableRows(file).rows
    guard rows.contains(where: { $0.split == .training }) else {
      throw DataSetError.unknownKind(path: file.path, found: "none of its images are to train with")
    }
    let classes = try labels ?? ClassList(classes(rows).map { ClassLabel(name: $0) }, place: file.path)
    var entries: [SplitName: [FileDataSet.Entry]] = [:]
    for row in rows {
      let label = try classes.requireIndex(of: row.label, place: "\(file.path), line \(row.line)")
      entries[row.split, default: []].append(
        FileDataSet.Entry(path: row.path, label: Int32(label), line: row.line))
    }
    let sets: [SplitName: any DataSet] = entries.reduce(into: [:]) { sets, part in
      sets[part.key] = FileDataSet(
        name: part.key == .training ? file.path : "\(file.path), \(part.key.rawValue)", classes: classes.labels,
        folder: file.deletingLastPathComponent(), entries: part.value, list: file.path)
    }
    let source = try DataSource(kind: .table, sets: sets, path: file.path)
    try source.training.requireNoEmptyClass()
    return source
  }

  private static func classes(_ rows: [TableRow]) -> [String] {
    let names = Set(rows.lazy.filter { $0.split == .training }.map(\.label))
    let numbers = names.compactMap { SettingText.whole($0) }
    if numbers.count == names.count, Set(numbers).count == numbers.count {
      return names.sorted { SettingText.whole($0)! < SettingText.whole($1)! }
    }
    return names.sorted { $0.precedes($1) }
  }
}

private struct TableRow {
  let line: Int
  let path: String
  let label: String
  let split: SplitName
}

/// The rows of a table, checked one by one.
private struct TableRows {
  private(set) var rows: [TableRow] = []
  private let file: URL
  private var columns = (path: 0, label: 1, split: Int?.none)
  private var columnCount = 0

  init(_ file: URL) throws {
    self.file = file
    var reader = CSVReader([UInt8](try Data(readingFrom: file)), path: file.path)
    guard let first = try reader.next() else { throw DataSetError.noImages(place: file.path) }
    columnCount = first.fields.count
    if try !takeHeader(first) {
      columns.split = columnCount == 3 ? 2 : nil
      guard columnCount == 2 || columnCount == 3 else {
        throw malformed(first.line, "it has \(columnCount) columns; accepted: path, label and if wanted split")
      }
      try add(first)
    }
    while let record = try reader.next() { try add(record) }
    guard !rows.isEmpty else { throw DataSetError.noImages(place: file.path) }
  }

  /// Reads a first row that names the columns. Columns with unknown names are ignored.
  private mutating func takeHeader(_ record: CSVReader.Record) throws(DataSetError) -> Bool {
    let names = record.fields.map { $0.lowercased() }
    guard let path = names.firstIndex(of: "path"), let label = names.firstIndex(of: "label") else { return false }
    columns = (path, label, names.firstIndex(of: "split"))
    return true
  }

  private mutating func add(_ record: CSVReader.Record) throws(DataSetError) {
    guard record.fields.count == columnCount else {
      throw malformed(record.line, "it has \(record.fields.count) fields, the first line \(columnCount)")
    }
    let (path, label) = (record.fields[columns.path], record.fields[columns.label])
    guard !path.isEmpty, !path.utf8.contains(0) else { throw malformed(record.line, "the path is empty, or no path") }
    guard !label.isEmpty else { throw malformed(record.line, "the label is empty") }
    rows.append(TableRow(line: record.line, path: path, label: label, split: try split(record)))
  }

  private func split(_ record: CSVReader.Record) throws(DataSetError) -> SplitName {
    guard let column = columns.split else { return .training }
    guard let split = SplitName(record.fields[column]) else {
      throw malformed(
        record.line, "the split \"\(record.fields[column])\" is not accepted; accepted: \(SplitName.accepted)")
    }
    return split
  }

  private func malformed(_ line: Int, _ problem: String) -> DataSetError {
    .malformed(path: file.path, position: .line(line), problem: problem)
  }
}
