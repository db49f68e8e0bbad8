import ArgumentParser
import Drawings
import Foundation
import ModelServing
import NetworkAnalysis
import ServerAPI

/// How an analysis that can be drawn is written, and where to.
struct PictureOutput: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown, csv, svg

    /// What files of that name hold.
    init?(fileName: String) {
      switch URL(fileURLWithPath: fileName).pathExtension.lowercased() {
      case "svg": self = .svg
      case "json": self = .json
      case "md": self = .markdown
      case "csv": self = .csv
      case "txt": self = .text
      default: return nil
      }
    }
  }

  @Option(name: .long, help: "Form of the output. (default: by the name of the file, else text)")
  var format: Format?

  @Flag(name: .long, help: "The same as --format json.")
  var json = false

  @Option(name: [.short, .long], help: "File to write. (default: standard output)")
  var output: String?

  private var chosen: Format { json ? .json : format ?? output.flatMap(Format.init(fileName:)) ?? .text }

  func print(_ report: some PicturedReport & Encodable) throws {
    let width = output == nil ? Terminal.width : nil
    switch chosen {
    case .json: try write(encodedJSON(report, pretty: true))
    case .text: try write(Array(report.text(width: width).utf8))
    case .markdown: try write(Array(report.markdown().utf8))
    case .csv: try write(Array(report.csv().utf8))
    case .svg: try write(Array(report.picture.text.utf8))
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    guard let output else { return try Terminal.write(bytes) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw UnwritableFile(path: output, reason: error.localizedDescription)
    }
  }
}
