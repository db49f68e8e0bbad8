import Drawings
import HTTPCore
import HTTPServer
import HTTPTypes
import NetworkAnalysis

/// The forms in which analyses are answered: `format=` in the query wins over the Accept field.
enum AnalysisFormat: String, CaseIterable, Sendable {
  case json, text, markdown, csv, svg, png

  /// The forms of what is not drawn.
  static let tables: [AnalysisFormat] = [.json, .text, .markdown, .csv]

  /// The forms of reports that are also drawn.
  static let drawnTables: [AnalysisFormat] = tables + [.svg]

  var mediaType: MediaType {
    switch self {
    case .json: .json
    case .text: .plainText
    case .markdown: .markdown
    case .csv: .csv
    case .svg: .svg
    case .png: .png
    }
  }

  /// The value of Content-Type.
  var contentType: String { mediaType.type == "text" ? "\(mediaType); charset=utf-8" : mediaType.description }

  /// - Parameter accepted: the forms in which there is an answer.
  /// - Throws: `RequestError`.
  init(_ request: ServerRequest, _ query: Query, accepted: [AnalysisFormat]) throws(RequestError) {
    if let wish = query["format"] {
      guard let format = AnalysisFormat(rawValue: wish), accepted.contains(format) else {
        throw .unacceptedValue(name: "format", value: wish, accepted: accepted.map(\.rawValue))
      }
      self = format
      return
    }
    let offers = accepted.map(\.mediaType)
    guard let best = AcceptHeader(request.head.headerFields).best(of: offers) else {
      throw .notAcceptable(accepted: offers.map(\.description))
    }
    self = Self.allCases.first { $0.mediaType == best }!
  }

  func encoded(_ report: some Report & Encodable) -> [UInt8] {
    switch self {
    case .json: encodedJSON(report)
    case .text: Array(report.text().utf8)
    case .markdown: Array(report.markdown().utf8)
    case .csv: Array(report.csv().utf8)
    case .svg: Array(picture(of: report).utf8)
    case .png: preconditionFailure("\(type(of: report)) is not drawn in pixels")
    }
  }

  private func picture(of report: some Report) -> String {
    guard let pictured = report as? any PicturedReport else {
      preconditionFailure("\(type(of: report)) is not drawn, and offers no drawing")
    }
    return pictured.picture.text
  }
}

extension Report {
  /// The forms in which it can be answered.
  static var formats: [AnalysisFormat] {
    Self.self is any PicturedReport.Type ? AnalysisFormat.drawnTables : AnalysisFormat.tables
  }
}
