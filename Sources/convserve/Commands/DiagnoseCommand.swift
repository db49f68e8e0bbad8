import ArgumentParser
import Diagnosis
import Foundation
import ModelServing
import ServerAPI

struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose", abstract: "Reads a learning curve: what it says, the numbers that say so, what to do.",
    discussion: """
      CURVE is \(CurveFile.accepted); `-` reads standard input. Of a sound curve nothing is said. The exit status is 0 \
      whatever the curve says.
      """)

  @Argument(help: "The curve, or the folder of a model's version that holds training.json.", completion: .file())
  var curve: String

  @Option(name: .long, parsing: .unconditional, help: "Classes of the data. (default: as the file says, else unknown)")
  var classes: Int?

  @Flag(name: .long, help: "Prints JSON.")
  var json = false

  func validate() throws {
    guard classes.map({ (2...100_000).contains($0) }) ?? true else {
      throw ValidationError("--classes takes 2 to 100000")
    }
  }

  func run() throws {
    let file = try read()
    let reading = CurveReading(file.points, classCount: classes ?? file.classCount, hasDiverged: file.hasDiverged)
    try json ? Terminal.write(encodedJSON(reading, pretty: true)) : Terminal.write(Self.text(reading))
  }

  private func read() throws -> CurveFile {
    do {
      return try CurveFile(contents())
    } catch let error as CurveFileError {
      throw UnreadableFile(path: curve, reason: error.description)
    }
  }

  private func contents() throws -> Data {
    if curve == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
    var url = URL(fileURLWithPath: curve)
    if (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true {
      url.appendPathComponent(TrainedModel.recordFileName)
    }
    do {
      return try Data(contentsOf: url)
    } catch {
      throw UnreadableFile(path: url.path, reason: "it cannot be read: \(error.localizedDescription)")
    }
  }

  private static func text(_ reading: CurveReading) -> String {
    switch reading.verdict {
    case .sound: "\(reading.epochs) epochs: nothing is to be said against this curve\n"
    case .tooShort:
      "\(reading.epochs) epochs are too few to read a curve; it takes \(CurveReading.leastEpochs)\n"
    case .findings:
      reading.findings.map { "\($0.kind.name)\n  \($0.observation)\n  -> \($0.advice)\n" }.joined()
    }
  }
}
