import ArgumentParser
import ModelServing

struct ArchitecturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "architectures", abstract: "The networks that can be built, explained and imported into.")

  @OptionGroup var output: ReportOutput

  func run() throws {
    try output.print(ArchitectureList())
  }
}
