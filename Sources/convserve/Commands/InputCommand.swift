import ArgumentParser
import Explanations
import ServerAPI

struct InputCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "input", abstract: "Shows what a network sees of a picture once it is resized and cropped.")

  @Argument(help: "JPEG, PNG or WebP file.", completion: .file())
  var image: String

  @OptionGroup var selection: InspectionSelection
  @OptionGroup var output: InspectionOutput

  func validate() throws { _ = try output.form(of: [.json, .png]) }

  func run() async throws {
    let input = try await selection.inspector().input(InspectionSelection.image(image), selection.options)
    if try output.form(of: [.json, .png]) == .png {
      try output.write(input.seen.raster)
    } else {
      try output.write(input)
    }
  }
}
