import HTTPCore
import HTTPServer
import HTTPTypes
import NetworkAnalysis

/// The forms in which analyses are answered: `format=` in the query wins over the Accept field.
enum AnalysisFormat: String, CaseIterable, Sendable {
  case json, text, markdown, csv

  var mediaType: MediaType {
    switch self {
    case .json: .json
    case .text: .plainText
    case .markdown: .markdown
    case .csv: .csv
    }
  }

  /// The value of Content-Type.
  var contentType: String { self == .json ? mediaType.description : "\(mediaType); charset=utf-8" }

  /// - Throws: `RequestError`.
  init(_ request: ServerRequest, _ query: Query) throws(RequestError) {
    if let format = try query.choice("format", of: AnalysisFormat.self) {
      self = format
      return
    }
    let offers = Self.allCases.map(\.mediaType)
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
    }
  }
}
