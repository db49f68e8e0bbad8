import ArgumentParser
import Explanations
import Foundation
import ModelServing
import ServerAPI

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Shows which parts of a picture speak for a class.",
    discussion: """
      Grad-CAM weighs the maps of a layer by how much they speak for the class; occlusion covers parts of the picture and \
      tells how far the class's probability falls. With -o FILE.png the map is laid over what the network saw.
      """)

  @Argument(help: "JPEG, PNG or WebP file.", completion: .file())
  var image: String

  @OptionGroup var selection: InspectionSelection

  @Option(name: .long, help: "grad-cam or occlusion.")
  var method = ExplanationMethod.gradCAM

  @Option(
    name: .customLong("class"),
    help: "Label of the class, its identifier, or the index of the network's output. (default: the best one)")
  var wanted: String?

  @Option(name: .long, help: "Layer for Grad-CAM, as in summary. (default: the last stage of convolutions)")
  var layer: String?

  @Option(name: .long, help: "Side of the patch for occlusion, in pixels. (default: a seventh of the input's)")
  var patch: Int?

  @Option(name: .long, help: "Pixels from one patch to the next. (default: the side of the patch)")
  var stride: Int?

  @OptionGroup var output: InspectionOutput

  func validate() throws { _ = try output.form(of: [.json, .png]) }

  func run() async throws {
    let options = ExplanationOptions(
      method: method, class: wanted.map { WantedClass($0) } ?? .best, layer: layer, patch: patch, stride: stride,
      common: selection.options)
    let explanation = try await selection.inspector().explain(InspectionSelection.image(image), options)
    if output.output != nil { Terminal.note(explanation.line) }
    if try output.form(of: [.json, .png]) == .png {
      if !explanation.hasEvidence {
        Terminal.note("Nothing speaks for the class: the picture is as the network saw it.")
      }
      try output.write(explanation.overlay)
    } else {
      try output.write(explanation)
    }
  }
}

extension ExplanationMethod: ExpressibleByArgument {}

extension Explanation {
  /// Which class is explained, and by what.
  fileprivate var line: String {
    let percent = String(format: "%.1f %%", explained.probability * 100)
    let place = layer.map { ", layer \($0)" } ?? patches.map { ", patches of \($0.side) pixels" } ?? ""
    return "\(model), version \(version): \(explained.label.name) (class \(explained.index)), \(percent); "
      + "\(method.rawValue)\(place), \(map.height)x\(map.width)"
  }
}
