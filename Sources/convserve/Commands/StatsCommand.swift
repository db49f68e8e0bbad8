import ArgumentParser
import NetworkAnalysis

struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Where a network's parameters, arithmetic and memory are, and what convolution saves.")

  @OptionGroup var selection: NetworkSelection
  @OptionGroup var output: ReportOutput

  func run() throws {
    let network = try selection.network()
    try output.print(NetworkStatistics(of: network, input: selection.sample(of: network)))
  }
}
