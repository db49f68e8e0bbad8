import HTTPCore
import HTTPTestSupport
import HTTPTypes
import TestSupport
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

  @Test(
    "damage never traps, and the verdict on it does not depend on how the network cuts it",
    arguments: 0..<UInt64(TestEffort.count(usual: 300, thorough: 20_000)))
  func damaged(_ seed: UInt64) {
    var random = SeededRandom(state: seed)
    var bytes = RequestCorpus.requests.randomElement(using: &random)!.bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let position = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0...2, using: &random) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.insert([9, 10, 13, 32, 0, 59].randomElement(using: &random)!, at: position)
      default: bytes.remove(at: position)
      }
    }
    let whole = events(of: [bytes[...]])
    let single = events(of: bytes.indices.map { bytes[$0...$0] })
    // A message may quote more of what is there when all of it is there.
    #expect(whole.count == single.count, "seed \(seed)")
    #expect(whole.dropLast() == single.dropLast(), "seed \(seed)")
    #expect(whole.last?.prefix(25) == single.last?.prefix(25), "seed \(seed)")
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
