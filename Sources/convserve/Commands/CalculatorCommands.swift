import ArgumentParser
import HTTPCore
import NetworkAnalysis
import ServerAPI

struct ConvolutionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolution",
    abstract: "Works out what a convolution makes of an input, and what it costs.",
    discussion: "For example: convserve convolution 3x227x227 --filters 96 --kernel 11 --stride 4")

  @OptionGroup var window: WindowOptions

  @Option(name: .long, help: "Number of filters: channels of the output.")
  var filters: String

  @Option(name: .long, help: "Groups of channels that do not see one another.")
  var groups: String?

  @Flag(name: .long, help: "Leaves out biases.")
  var noBias = false

  @OptionGroup var output: PictureOutput

  func run() throws {
    let more = [("filters", filters), ("groups", groups), ("bias", noBias ? "false" : nil)]
    try output.print(CalculatorSetting.convolution(parameters: window.parameters + more).result())
  }
}

struct PoolingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pooling",
    abstract: "Works out what a pooling makes of an input.",
    discussion: "For example: convserve pooling 96x55x55 --kernel 3 --stride 2")

  @OptionGroup var window: WindowOptions

  @Option(name: .long, help: "The largest value of a window, or the mean: max, average.")
  var kind: String?

  @Flag(name: .long, help: "Counts a last, partial window.")
  var ceil = false

  @OptionGroup var output: PictureOutput

  func run() throws {
    let more = [("kind", kind), ("ceil", ceil ? "true" : nil)]
    try output.print(CalculatorSetting.pooling(parameters: window.parameters + more).result())
  }
}

/// What convolution and pooling have in common. Their values are read as those of a request are.
struct WindowOptions: ParsableArguments {
  @Argument(help: "Shape of the input, channels x height x width, for example 3x227x227.")
  var input: String

  @Option(name: .long, help: "The window: one extent, or height x width.")
  var kernel: String

  @Option(name: .long, help: "Steps of the window. (default: 1; of pooling, the kernel)")
  var stride: String?

  @Option(name: .long, help: "Rows and columns around the input: one extent, two, four, or same. (default: 0)")
  var padding: String?

  @Option(name: .long, help: "Distance between the places that a window sees. (default: 1)")
  var dilation: String?

  var parameters: [(String, String?)] {
    [("input", input), ("kernel", kernel), ("stride", stride), ("padding", padding), ("dilation", dilation)]
  }
}
