import ArgumentParser
import Foundation
import ModelServing

/// What can be said of a model when it is imported.
struct ImportOptions: ParsableArguments {
  @Option(name: .long, help: "Name of the model. (default: the architecture's)")
  var name: String?

  @OptionGroup var directory: ModelsDirectory

  @Option(name: .long, help: "File of labels, one a line: NAME or ID<tab>NAME.", completion: .file())
  var labels: String?

  @Option(name: .long, help: "JSON file with preprocessing, as in model.json.", completion: .file())
  var preprocessing: String?

  @Option(name: .long, help: "Where the weights come from, in words.")
  var source: String?

  @Option(name: .long, help: "Licence of the weights, for example BSD-3-Clause.")
  var licence: String?

  @Option(name: .long, help: "File with the licence's text, to keep beside the weights.", completion: .file())
  var licenceFile: String?

  @Flag(
    name: [.customLong("replace"), .customLong("force")],
    help: "Replaces the newest version of a model of that name, instead of adding the next one.")
  var replaces = false

  func request(architecture: String, file: String) -> ImportRequest {
    func url(_ path: String?) -> URL? { path.map { URL(fileURLWithPath: $0) } }
    return ImportRequest(
      file: URL(fileURLWithPath: file), architecture: architecture, modelName: name, labels: url(labels),
      preprocessing: url(preprocessing), source: source, licence: licence, licenceFile: url(licenceFile),
      replacesNewest: replaces)
  }
}

extension ImportReport {
  var text: String {
    let left = ignored.isEmpty ? "" : "; \(ignored.count) tensors that serve training only were left out"
    return
      "imported \(model): \(tensorCount) tensors, \(parameterCount) parameters, \(numClasses) classes, in "
      + directory.path + left
  }
}

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turns a PyTorch checkpoint (.pth) or safetensors file into a model of the repository.",
    discussion: """
      Where the repository has a model of that name, its next version is made. A server that runs serves it once it is told \
      to reload.
      """)

  @Option(name: .long, help: "The network that the weights belong to; `convserve architectures` lists them.")
  var architecture: String

  @OptionGroup var options: ImportOptions

  @Argument(help: "The weight file. Nothing in it is ever executed.", completion: .file())
  var file: String

  func run() throws {
    let importer = ModelImporter(repository: options.directory.repository)
    let report = try importer.run(options.request(architecture: architecture, file: file))
    try Terminal.write(report.text + "\n")
  }
}
