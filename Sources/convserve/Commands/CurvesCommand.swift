import ArgumentParser
import Foundation
import ModelServing
import Training

struct CurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves", abstract: "Draws the learning curves of several trained models in one picture.",
    discussion: """
      Each record is the training.json that `convserve train` writes beside a model, or the folder that holds it. The \
      picture is SVG: training error on the left, validation accuracy on the right.
      """)

  @Argument(help: "Records of training, for example models/fashion-resnet20/1.")
  var records: [String]

  @Option(name: [.short, .long], help: "File to write. (default: standard output)")
  var output: String?

  func validate() throws {
    guard (1...CurveComparison.mostRuns).contains(records.count) else {
      throw ValidationError("curves takes 1 to \(CurveComparison.mostRuns) records, not \(records.count)")
    }
  }

  func run() throws {
    let svg = CurveComparison(Self.named(try records.map(Self.read))).svg
    guard let output else { return try Terminal.write(svg) }
    do {
      try Data(svg.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw UnwritableFile(path: output, reason: error.localizedDescription)
    }
  }

  private typealias Run = (folder: String, record: TrainingRecord)

  /// Runs by their architectures, or by their models' names where two are of one architecture.
  private static func named(_ runs: [Run]) -> [(name: String, curve: [EpochRecord])] {
    let architectures = runs.map(\.record.settings.architecture)
    let areDistinct = Set(architectures).count == runs.count
    return runs.indices.map { (areDistinct ? architectures[$0] : runs[$0].folder, runs[$0].record.curve) }
  }

  /// - Parameter path: of `MODELS/NAME/VERSION`, or of the record in it.
  private static func read(_ path: String) throws -> Run {
    var url = URL(fileURLWithPath: path)
    if (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true {
      url.appendPathComponent(TrainedModel.recordFileName)
    }
    do {
      let record = try JSONDecoder().decode(TrainingRecord.self, from: Data(contentsOf: url))
      let (version, model) = (
        url.deletingLastPathComponent(), url.deletingLastPathComponent().deletingLastPathComponent()
      )
      return ("\(model.lastPathComponent)/\(version.lastPathComponent)", record)
    } catch let error as CocoaError where error.isFileError {
      throw UnreadableFile(
        path: url.path, reason: "there is no such file; give a version's folder, such as models/fashion-resnet20/1")
    } catch {
      throw UnreadableFile(path: url.path, reason: "it is no record of training")
    }
  }
}
