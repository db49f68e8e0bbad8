import ArgumentParser
import ModelServing
import NetworkAnalysis
import ServerAPI

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "The models of a model repository.")

  @OptionGroup var directory: ModelsDirectory
  @OptionGroup var output: ReportOutput

  func run() throws {
    let repository = directory.repository
    output.print(ModelList(models: try repository.modelNames().map { try .init(repository.package(named: $0)) }))
  }
}

/// The table that `models` prints.
private struct ModelList: Report, Encodable {
  struct Row: Encodable {
    let name: String
    let version: String
    let architecture: String
    let inputShape: [Int]
    let numClasses: Int
    let licence: String
    let source: String

    enum CodingKeys: String, CodingKey {
      case name, version, architecture, licence, source
      case inputShape = "input_shape"
      case numClasses = "num_classes"
    }

    init(_ package: ModelPackage) {
      name = package.name
      version = package.version
      architecture = package.manifest.architecture
      inputShape = package.manifest.inputShape
      numClasses = package.manifest.numClasses
      licence = package.manifest.licence
      source = package.manifest.source
    }
  }

  let models: [Row]

  var sections: [ReportSection] {
    let columns: [Table.Column] = [
      .init("model", "name", .left), .init("version", "version", .right),
      .init("architecture", "architecture", .left),
      .init("input", "input_shape", .left),
      .init("classes", "num_classes", .right),
      .init("licence", "licence", .left, dispensability: 1),
      .init("source", "source", .left, dispensability: 2),
    ]
    let rows = models.map { model in
      [
        model.name, model.version, model.architecture,
        model.inputShape.map(String.init).joined(separator: "x"), String(model.numClasses), model.licence, model.source,
      ].map { Table.Cell($0) }
    }
    return [ReportSection(heading: "Models", table: Table(columns: columns, rows: rows))]
  }

  enum CodingKeys: String, CodingKey {
    case models
  }
}
