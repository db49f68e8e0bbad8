import HTTPCore
import HTTPTestSupport
import HTTPTypes
import Testing

/// `requests.table` against the parser, however the network cuts the bytes.
@Suite("Request corpus")
struct RequestCorpusTests {
  @Test("a request is read or refused as the RFC says, whole and byte by byte", arguments: RequestCorpus.requests)
  func wholeAndSingle(_ request: CorpusRequest) {
    let bytes = request.bytes[...]
    expect(request, cut: [bytes])
    expect(request, cut: bytes.indices.map { bytes[$0...$0] })
  }

  @Test("a short request is read or refused the same, wherever it is split", arguments: RequestCorpus.requests)
  func split(_ request: CorpusRequest) {
    let bytes = request.bytes[...]
    guard bytes.count <= 300 else { return }
    for position in bytes.indices.dropFirst() { expect(request, cut: [bytes[..<position], bytes[position...]]) }
  }

  @Test("the table is large, and no two of its rows are the same")
  func table() {
    #expect(RequestCorpus.requests.count >= 200)
    #expect(Set(RequestCorpus.requests.map(\.bytes)).count == RequestCorpus.requests.count)
  }

  private func expect(_ request: CorpusRequest, cut pieces: [ArraySlice<UInt8>]) {
    let events = self.events(of: pieces)
    let isAsExpected =
      events.count == request.events.count
      && zip(events, request.events).allSatisfy { event, expected in
        expected.hasSuffix("...") ? event.hasPrefix(expected.dropLast(3)) : event == expected
      }
    #expect(isAsExpected, "\(request), in \(pieces.count) pieces: \(events)")
  }

  /// What the parser says, in the words of the table.
  private func events(of pieces: [ArraySlice<UInt8>]) -> [String] {
    var parser = RequestParser(limits: RequestCorpus.limits)
    var events: [String] = []
    var body = ""
    /// Writes the body behind the request that it belongs to.
    func endBody() {
      if !body.isEmpty { events[events.count - 1] += " \"\(body)\"" }
      body = ""
    }
    do {
      for piece in pieces {
        parser.feed(piece)
        reading: while true {
          switch try parser.next() {
          case .head(let head): events.append("\(head.request.method) \(head.target.path)")
          case .body(let bytes): body += escapingLineEnds(bytes)
          case .end: endBody()
          case .needMoreData, .connectionClosed: break reading
          }
        }
      }
      endBody()
    } catch {
      endBody()
      events.append("\(error)")
    }
    return events
  }

  private func escapingLineEnds(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { $0 == 13 ? "\\r" : $0 == 10 ? "\\n" : String(UnicodeScalar($0)) }.joined()
  }
}
