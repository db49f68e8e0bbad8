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

  func print(_ report: some Report & Encodable) {
    switch json ? .json : format {
    case .json: Terminal.write(encodedJSON(report, pretty: true))
    case .text: Terminal.write(Array(report.text(width: Terminal.width).utf8))
    case .markdown: Terminal.write(Array(report.markdown().utf8))
    case .csv: Terminal.write(Array(report.csv().utf8))
    }
  }
}
