import ArgumentParser
import NetworkAnalysis

struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Every layer of a network: shapes, parameters, multiply-accumulates, memory, receptive field.")

  @OptionGroup var selection: NetworkSelection
  @OptionGroup var output: ReportOutput

  func run() throws {
    let network = try selection.network()
    try output.print(NetworkSummary(of: network, input: selection.sample(of: network)))
  }
}
