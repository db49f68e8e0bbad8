import HTTPCore
import HTTPServer
import HTTPTypes
import NetworkAnalysis

/// Answers to questions about networks.
struct AnalysisAnswers: Sendable {
  private let answers = HeldAnswers<AnalysisQuestion>(limit: 16 << 20)
  /// Rows of comparisons, each of which may stand in any number of them.
  private let rows = BoundedCache<AnalysedNetwork, ComparedNetwork>(limit: 1024)

  /// The answer in the form and coding that the client wants, or 304 where it has that already.
  ///
  /// - Parameter report: works out the answer, where it is not held.
  func response<Answer: Report & Encodable>(
    to request: ServerRequest, _ question: AnalysisQuestion, _ report: () throws -> Answer
  ) rethrows -> ServerResponse {
    let fields: HTTPFields = [.contentType: question.format.contentType, .vary: "Accept, Accept-Encoding"]
    return try answers.response(to: request, question, question.format.mediaType, fields: fields) {
      question.format.encoded(try report())
    }
  }

  /// The row of a network in comparisons.
  func row(of network: AnalysedNetwork, _ make: () throws -> ComparedNetwork) rethrows -> ComparedNetwork {
    try rows.value(for: network, cost: { _ in 1 }, make: make)
  }
}
