public import Foundation

/// Photos that somebody uploaded.
public struct Dataset: Hashable, Sendable, Identifiable {
  public struct ClassCount: Codable, Hashable, Sendable {
    public var name: String
    public var images: Int

    public init(name: String, images: Int) {
      self.name = name
      self.images = images
    }
  }

  public var id: String
  public var created: Date
  public var images: Int
  /// On disk.
  public var bytes: Int
  public var classes: [ClassCount]
  /// What is wrong with the photos as far as files tell it, a JSON object.
  public var audit: String

  public init(id: String, created: Date, images: Int, bytes: Int, classes: [ClassCount], audit: String) {
    self.id = id
    self.created = created
    self.images = images
    self.bytes = bytes
    self.classes = classes
    self.audit = audit
  }
}
