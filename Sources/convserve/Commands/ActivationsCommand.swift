import ArgumentParser
import Explanations
import ServerAPI

struct ActivationsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activations", abstract: "Shows what a layer makes of a picture: its strongest maps.")

  @Argument(help: "JPEG, PNG or WebP file.", completion: .file())
  var image: String

  @OptionGroup var selection: InspectionSelection

  @Option(name: .long, help: "Layer, as in summary. (default: the last stage of convolutions)")
  var layer: String?

  @Option(name: .long, parsing: .unconditional, help: "How many maps, those of greatest mean first.")
  var top = 16

  @OptionGroup var output: InspectionOutput

  func validate() throws {
    guard (1...4096).contains(top) else { throw ValidationError("--top takes 1 to 4096") }
    _ = try output.form(of: [.json, .png])
  }

  func run() async throws {
    let activations = try await selection.inspector().activations(
      InspectionSelection.image(image), layer: layer, top: top, selection.options)
    if try output.form(of: [.json, .png]) == .png {
      try output.write(activations.sheet)
    } else {
      try output.write(activations)
    }
  }
}
