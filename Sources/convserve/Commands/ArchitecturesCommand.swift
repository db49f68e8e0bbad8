import Architectures
import ArgumentParser
import NetworkAnalysis

struct ArchitecturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "architectures", abstract: "The networks that can be built, explained and imported into.")

  @OptionGroup var output: ReportOutput

  func run() throws {
    output.print(ArchitectureList(architectures: Architecture.all.map(ArchitectureList.Row.init)))
  }
}

/// The table that `architectures` prints.
private struct ArchitectureList: Report, Encodable {
  struct Row: Encodable {
    let name: String
    let title: String
    let paper: String
    let notes: String
    let inputShape: [Int]
    let numClasses: Int
    let pretrained: Bool

    enum CodingKeys: String, CodingKey {
      case name, title, paper, notes, pretrained
      case inputShape = "input_shape"
      case numClasses = "num_classes"
    }

    init(_ architecture: Architecture) {
      name = architecture.name
      title = architecture.title
      paper = architecture.paper
      notes = architecture.notes
      inputShape = architecture.inputShape
      numClasses = architecture.defaultClasses
      pretrained = architecture.pretrained != nil
    }
  }

  let architectures: [Row]

  var sections: [ReportSection] {
    let columns: [Table.Column] = [
      .init("architecture", "name", .left),
      .init("input", "input_shape", .left),
      .init("pull", "pretrained", .left),
      .init("paper", "paper", .left, dispensability: 1),
      .init("variant", "notes", .left, dispensability: 2),
    ]
    let rows = architectures.map { row in
      [
        row.name, row.inputShape.map(String.init).joined(separator: "x"), row.pretrained ? "yes" : "",
        row.paper, row.notes,
      ].map { Table.Cell($0) }
    }
    return [
      ReportSection(
        heading: "Architectures", table: Table(columns: columns, rows: rows),
        remarks: ["pull: `convserve pull NAME` downloads the official weights"])
    ]
  }

  enum CodingKeys: String, CodingKey {
    case architectures
  }
}
