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
}

extension ServerResponse {

  static func report(_ report: some Report & Encodable, as format: AnalysisFormat) -> ServerResponse {
    var response: ServerResponse
    switch format {
    case .json: response = .json(report)
    case .text: response = .text(report.text())
    case .markdown: response = .text(report.markdown())
    case .csv: response = .text(report.csv())
    }
    if format == .markdown || format == .csv {
      response.fields[.contentType] = "\(format.mediaType); charset=utf-8"
    }
    response.fields[.vary] = "Accept"
    return response
  }
}
