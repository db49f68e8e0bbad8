import ArgumentParser
import NetworkAnalysis

extension Fold: ExpressibleByArgument {}

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws a network as a graph: blocks and repeats as one node each, or every layer.",
    discussion: "For example: convserve graph resnet50 -o resnet50.svg")

  @OptionGroup var selection: NetworkSelection

  @Option(name: .long, help: "What is one node: blocks, with equal ones in a row merged, or each layer.")
  var fold: Fold = .blocks

  @OptionGroup var output: PictureOutput

  func run() throws {
    let (network, title) = try selection.titledNetwork()
    let folded = try FoldedNetwork(of: network, fold: fold, input: selection.sample(of: network))
    try output.print(NetworkDiagram(folded, title: title))
  }
}
