import ArgumentParser
import NetworkAnalysis
import ServerAPI

/// How an analysis is printed.
struct ReportOutput: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown, csv
  }

  @Option(name: .long, help: "Form of the output.")
  var format: Format = .text

  @Flag(name: .long, help: "The same as --format json.")
  var json = false

  func print(_ report: some Report & Encodable) throws {
    switch json ? .json : format {
    case .json: try Terminal.write(encodedJSON(report, pretty: true))
    case .text: try Terminal.write(report.text(width: Terminal.width))
    case .markdown: try Terminal.write(report.markdown())
    case .csv: try Terminal.write(report.csv())
    }
  }
}
