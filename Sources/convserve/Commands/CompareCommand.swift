import Architectures
import ArgumentParser
import ModelServing
import NetworkAnalysis

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Networks side by side, with published error rates.")

  @Argument(help: "Architectures, separated by commas or blanks; all where none is named.")
  var architectures: [String] = []

  @OptionGroup var output: PictureOutput

  private var names: [String] {
    architectures.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  func validate() throws {
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError("a name is missing beside a comma in \"\(architectures.joined(separator: " "))\"")
    }
  }

  func run() throws {
    let chosen = names.isEmpty ? Architecture.all : try names.map { try Architecture.named($0) }
    try output.print(NetworkComparison(chosen.map { try ComparedNetwork($0) }))
  }
}
