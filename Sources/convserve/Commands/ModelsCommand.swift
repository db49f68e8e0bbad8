import ArgumentParser
import Foundation
import ModelServing
import NetworkAnalysis
import ServerAPI

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "The models of a model repository, version by version.",
    discussion: """
      A server serves the highest version of a model that can be loaded. Versions that cannot be are named on standard \
      error, and the exit status is 1.
      """)

  @OptionGroup var directory: ModelsDirectory
  @OptionGroup var output: ReportOutput

  func run() throws {
    let repository = directory.repository
    for line in repository.nameWarnings { Terminal.note("Warning: \(line)") }
    let found = try repository.inspect()
    try output.print(ModelList(models: Self.rows(found.compactMap { try? $0.package.get() })))
    let errors = found.compactMap(\.error)
    for error in errors { Terminal.note("Error: \(error)") }
    if !errors.isEmpty { throw ExitCode.failure }
  }
}

extension ModelRepository {
  /// Of folders whose models nobody will find.
  var nameWarnings: [String] {
    foldersWithoutModelName().map {
      "the folder \"\($0.prefix(100))\" in \(directory.path) is left out: a model's name takes \(Self.acceptedNames)"
    }
  }
}

extension ModelsCommand {
  /// - Parameter packages: those of a model together, the highest version first.
  private static func rows(_ packages: [ModelPackage]) -> [ModelList.Row] {
    packages.indices.map { index in
      let isServed = index == 0 || packages[index - 1].name != packages[index].name
      return ModelList.Row(packages[index], isServed: isServed)
    }
  }
}

/// The table that `models` prints.
private struct ModelList: Report, Encodable {
  struct Row: Encodable {
    let name: String
    let version: String
    /// Whether a server that starts now serves this version.
    let isServed: Bool
    let architecture: String
    let inputShape: [Int]
    let numClasses: Int
    let licence: String
    let source: String

    enum CodingKeys: String, CodingKey {
      case name, version, architecture, licence, source
      case isServed = "served"
      case inputShape = "input_shape"
      case numClasses = "num_classes"
    }

    init(_ package: ModelPackage, isServed: Bool) {
      name = package.name
      version = String(package.version)
      self.isServed = isServed
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
      .init("served", "served", .left),
      .init("input", "input_shape", .left),
      .init("classes", "num_classes", .right),
      .init("licence", "licence", .left, dispensability: 1),
      .init("source", "source", .left, dispensability: 2),
    ]
    let rows = models.map { model in
      [
        model.name, model.version, model.architecture, model.isServed ? "yes" : "",
        model.inputShape.map(String.init).joined(separator: "x"), String(model.numClasses), model.licence, model.source,
      ].map { Table.Cell($0) }
    }
    return [ReportSection(heading: "Models", table: Table(columns: columns, rows: rows))]
  }

  enum CodingKeys: String, CodingKey {
    case models
  }
}
