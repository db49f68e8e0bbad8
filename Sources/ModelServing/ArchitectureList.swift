import Architectures
import NetworkAnalysis

/// The table of all architectures, as `GET /v1/architectures` and `convserve architectures` show it.
public struct ArchitectureList: Report, Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let name: String
    let title: String
    let paper: String
    let notes: String
    let inputShape: [Int]
    let numClasses: Int
    /// Whether `convserve pull` knows an official weight file.
    let isPullable: Bool
    let published: [PublishedAccuracy]

    enum CodingKeys: String, CodingKey {
      case name, title, paper, notes, published
      case inputShape = "input_shape"
      case numClasses = "num_classes"
      case isPullable = "pretrained"
    }

    init(_ architecture: Architecture) {
      name = architecture.name
      title = architecture.title
      paper = architecture.paper
      notes = architecture.notes
      inputShape = architecture.inputShape
      numClasses = architecture.defaultClasses
      isPullable = architecture.pretrained != nil
      published = architecture.published
    }
  }

  let architectures: [Entry]

  /// Lists all architectures, family by family.
  public init() {
    architectures = Architecture.all.map(Entry.init)
  }

  enum CodingKeys: String, CodingKey {
    case architectures
  }

  /// One section with one row for each architecture: name, input shape `CxHxW`, whether `convserve pull` knows
  /// official weights, paper and variant.
  public var sections: [ReportSection] {
    let columns: [Table.Column] = [
      .init("architecture", "name", .left),
      .init("input", "input_shape", .left),
      .init("pull", "pretrained", .left),
      .init("paper", "paper", .left, dispensability: 1),
      .init("variant", "notes", .left, dispensability: 2),
    ]
    let rows = architectures.map { entry in
      [
        entry.name, entry.inputShape.map(String.init).joined(separator: "x"), entry.isPullable ? "yes" : "",
        entry.paper, entry.notes,
      ].map { Table.Cell($0) }
    }
    return [
      ReportSection(
        heading: "Architectures", table: Table(columns: columns, rows: rows),
        remarks: ["pull: `convserve pull NAME` downloads the official weights"])
    ]
  }
}
