import Architectures
import ArgumentParser
import Explanations
import ModelServing
import ServerAPI

struct ReceptiveFieldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receptive-field", abstract: "Shows what one unit of a layer sees of the input, or of a photo.",
    discussion: """
      With --effective also how much each pixel counts for the unit, by gradients. With a photo, -o FILE.png draws the \
      field on it; without one, -o FILE.svg draws it on the input.
      """)

  @Argument(help: "A photo: JPEG, PNG or WebP file.", completion: .file())
  var image: String?

  @OptionGroup var selection: InspectionSelection

  @Option(name: .long, help: "An architecture, in the place of a model, for example resnet50.")
  var architecture: String?

  @Option(name: .long, help: "Input shape of an architecture, for example 3x224x224.")
  var input: InputShape?

  @Option(name: .long, help: "Layer, as in summary. (default: the last stage of convolutions)")
  var layer: String?

  @Option(name: .long, help: "Row of the unit. (default: the middle one)")
  var row: Int?

  @Option(name: .long, help: "Column of the unit. (default: the middle one)")
  var column: Int?

  @Flag(name: .long, help: "Also works out how much each pixel counts, which takes a model.")
  var effective = false

  @OptionGroup var output: InspectionOutput

  private var forms: [InspectionOutput.Form] { image == nil ? [.json, .svg] : [.json, .png] }

  func validate() throws {
    guard architecture == nil || image == nil && selection.model == nil && !effective else {
      throw ValidationError("an architecture has no weights: give --model for a photo or --effective")
    }
    guard input == nil || architecture != nil else { throw ValidationError("--input goes with --architecture") }
    _ = try output.form(of: forms)
  }

  func run() async throws {
    let options = FieldOptions(layer: layer, row: row, column: column, isEffective: effective)
    if let architecture {
      let network = try Architecture.named(architecture).network(inputShape: input?.dimensions, numClasses: nil)
      return try write(FieldAnswer(UnitField(in: network, layer: layer, row: row, column: column)))
    }
    let inspector = try selection.inspector()
    guard let image else {
      return try write(await inspector.field(options, timeout: InspectionSelection.timeout))
    }
    let photo = try InspectionSelection.image(image)
    let answer = try await inspector.field(photo, options, selection.options)
    guard try output.form(of: forms) == .png else { return try output.write(answer) }
    try output.write(answer.overlay(on: await inspector.model.picture(photo, needed: FieldAnswer.shownSize)))
  }

  private func write(_ answer: FieldAnswer) throws {
    if try output.form(of: forms) == .svg {
      try output.write(answer.drawing)
    } else {
      try output.write(answer)
    }
  }
}
