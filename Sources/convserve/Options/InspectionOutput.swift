import ArgumentParser
import Drawings
import Foundation
import ModelServing
import ServerAPI

/// Where an answer goes that can also be a picture: its form follows from the file's name.
struct InspectionOutput: ParsableArguments {
  enum Form: String, CaseIterable {
    case json, png, svg
  }

  @Option(
    name: [.short, .long],
    help: "File to write: a picture where its name ends in .png or .svg, else JSON. (default: JSON on standard output)",
    completion: .file())
  var output: String?

  /// - Throws: `ValidationError` where the answer does not exist in the form that the file's name asks for.
  func form(of accepted: [Form]) throws(ValidationError) -> Form {
    guard let output else { return .json }
    let ending = URL(fileURLWithPath: output).pathExtension.lowercased()
    let form = Form(rawValue: ending) ?? .json
    guard accepted.contains(form) else {
      let endings = accepted.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw ValidationError("there is no \(form.rawValue.uppercased()) of this; accepted endings: \(endings)")
    }
    return form
  }

  /// - Throws: `UnwritableOutput`, `UnwritableFile`.
  func write(_ bytes: [UInt8]) throws {
    guard let output else { return try Terminal.write(bytes) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw UnwritableFile(path: output, reason: describe(error))
    }
  }

  func write(_ answer: some Encodable) throws { try write(encodedJSON(answer, pretty: true)) }

  func write(_ drawing: SVGDocument) throws { try write(Array(drawing.text.utf8)) }

  func write(_ picture: Raster) throws { try write(picture.png) }
}
