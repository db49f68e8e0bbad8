public import Foundation

/// Photos that somebody uploaded.
public struct Dataset: Hashable, Sendable, Identifiable {
  /// How many photos there are of a class.
  public struct ClassCount: Codable, Hashable, Sendable {
    /// As its folder is called.
    public var name: String
    /// Photos of it.
    public var images: Int

    public init(name: String, images: Int) {
      self.name = name
      self.images = images
    }
  }

  /// Names it in paths and jobs.
  public var id: String
  /// When it was there.
  public var created: Date
  /// Photos in it.
  public var images: Int
  /// On disk.
  public var bytes: Int
  /// In the order of a model's outputs.
  public var classes: [ClassCount]
  /// What is wrong with the photos as far as files tell it, a JSON object.
  public var audit: String
  /// What the upload held besides photos.
  public var ignoredFiles: FileNotes
  /// Files whose names others had already.
  public var renamedFiles: FileNotes

  public init(
    id: String, created: Date, images: Int, bytes: Int, classes: [ClassCount], audit: String,
    ignoredFiles: FileNotes = FileNotes(), renamedFiles: FileNotes = FileNotes()
  ) {
    self.id = id
    self.created = created
    self.images = images
    self.bytes = bytes
    self.classes = classes
    self.audit = audit
    self.ignoredFiles = ignoredFiles
    self.renamedFiles = renamedFiles
  }

  /// Why no model can be adapted to it, if that is so.
  var problem: String? { (try? JSONValue(parsing: Array(audit.utf8)))?["problem"]?.string }
}
