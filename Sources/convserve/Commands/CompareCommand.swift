import Architectures
import ArgumentParser
import ModelServing
import NetworkAnalysis

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Networks side by side, with published error rates.")

  @Argument(help: "Architectures, separated by commas or blanks; all where none is named.")
  var architectures: [String] = []

  @OptionGroup var output: ReportOutput

  func run() throws {
    let names = architectures.flatMap { $0.split(separator: ",").map(String.init) }
    let chosen = names.isEmpty ? Architecture.all : try names.map { try Architecture.named($0) }
    output.print(NetworkComparison(try chosen.map { try ComparedNetwork($0) }))
  }
}
