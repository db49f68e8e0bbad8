import Foundation
import GRDB

/// A row of the table `datasets`.
struct DatasetRecord: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "datasets"

  var id: String
  var created: Date
  var images: Int
  var bytes: Int
  var classes: [Dataset.ClassCount]
  var audit: String
  var ignoredFiles: FileNotes
  var renamedFiles: FileNotes

  init(_ dataset: Dataset) {
    id = dataset.id
    created = dataset.created
    images = dataset.images
    bytes = dataset.bytes
    classes = dataset.classes
    audit = dataset.audit
    ignoredFiles = dataset.ignoredFiles
    renamedFiles = dataset.renamedFiles
  }

  var dataset: Dataset {
    Dataset(
      id: id, created: created, images: images, bytes: bytes, classes: classes, audit: audit,
      ignoredFiles: ignoredFiles, renamedFiles: renamedFiles)
  }
}
