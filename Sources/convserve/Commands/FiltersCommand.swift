import ArgumentParser
import Explanations
import ServerAPI

struct FiltersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters", abstract: "Shows the filters of a convolution.",
    discussion: "Filters on red, green and blue are shown in these colours, others channel by channel.")

  @OptionGroup var selection: InspectionSelection

  @Option(name: .long, help: "A convolution, as in summary. (default: the first)")
  var layer: String?

  @Option(name: .long, parsing: .unconditional, help: "Index of the first filter.")
  var from = 0

  @Option(name: .long, parsing: .unconditional, help: "How many filters.")
  var count = 64

  @OptionGroup var output: InspectionOutput

  func validate() throws {
    guard from >= 0 else { throw ValidationError("--from takes a whole number of at least 0") }
    guard (1...4096).contains(count) else { throw ValidationError("--count takes 1 to 4096") }
  }

  func run() async throws {
    let filters = try await selection.inspector().filters(layer: layer, from: from, count: count)
    switch try output.form(of: [.json, .png, .svg]) {
    case .json: try output.write(filters)
    case .png: try output.write(filters.sheet)
    case .svg: try output.write(filters.drawing)
    }
  }
}
