import Foundation
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

@testable import ServerAPI

/// Collects the pieces of a streamed answer.
final class Collector: ResponseWriter {
  private let state = Mutex((text: "", stop: (@Sendable () -> Void)?.none))

  var text: String { state.withLock { $0.text } }

  func write(_ piece: [UInt8]) async throws {
    state.withLock { $0.text += String(decoding: piece, as: UTF8.self) }
  }

  func onStop(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.stop = action } }

  func stop() { state.withLock { $0.stop }?() }
}

@Suite("Events")
struct EventsTests {
  @Test("the first event comes at once, holds the models, and the last says that the server stops")
  func stream() async throws {
    let answer = try await TestAPI.shared.value.answer(to: .get("/v1/events"))
    #expect(answer.response.fields[.contentType] == "text/event-stream")
    let stream = try #require(answer.response.stream)
    let collector = Collector()
    async let produced: Void = stream.produce(collector)
    while !collector.text.contains("data: ") { try await Task.sleep(for: .milliseconds(5)) }
    collector.stop()
    try await produced
    let events = collector.text.components(separatedBy: "\n\n")
    #expect(events.first == "retry: 2000")
    #expect(events.suffix(2) == ["event: end\ndata: {\"reason\":\"the server stops\"}", ""])
    let lines = events[1].components(separatedBy: "\n")
    #expect(lines[0].hasPrefix("id: ") && lines[1] == "event: load")
    let load = try JSONValue(json: Array(lines[2].dropFirst("data: ".count).utf8))
    #expect(
      load["models"]?.array?.map { $0["name"] } == ["center", "resnet8-cifar10", "ten", "wide"].map(JSONValue.string))
    #expect(load["models"]?.array?.allSatisfy { $0["queue_capacity"]?.integer == 1000 } == true)
  }

  @Test("a client that comes back gets the events that it missed, and no others")
  func history() async throws {
    let feed = EventFeed(name: "count") { Array("{}".utf8) }
    let first = feed.subscribe()
    var ids: [String] = []
    for await event in first.events {
      ids.append(String(String(decoding: event, as: UTF8.self).split(separator: "\n")[0].dropFirst("id: ".count)))
      if ids.count == 3 { break }
    }
    feed.unsubscribe(first)
    let again = feed.subscribe(after: EventFeed.EventID(ids[0]))
    var missed: [String] = []
    for await event in again.events {
      missed.append(String(decoding: event, as: UTF8.self))
      if missed.count == 2 { break }
    }
    #expect(missed.map { $0.hasPrefix("id: \(ids[1])\n") || $0.hasPrefix("id: \(ids[2])\n") } == [true, true])
    feed.unsubscribe(again)
  }

  @Test(
    "a Last-Event-ID that no stream gave is refused",
    arguments: ["x", "1", "1-2-3", "-1-2", "1-", "1-x", "1-1234567890123456789"])
  func badID(_ id: String) async throws {
    var request = TestRequest.get("/v1/events")
    request.fields[.init("Last-Event-ID")!] = id
    let answer = try await TestAPI.shared.value.answer(to: request)
    #expect(answer.response.status == .badRequest)
    #expect(try answer.json["type"]?.string == "/problems/invalid-parameter")
  }
}

@Suite("RecentDurations")
struct RecentDurationsTests {
  @Test("quantiles are exact to 5 %, and look back ten seconds without the current one")
  func quantiles() throws {
    let recent = RecentDurations()
    for number in 1...1000 { recent.record(.milliseconds(number), second: 100 + number % 10) }
    recent.record(.seconds(100), second: 110)
    let summary = recent.summary(second: 110)
    #expect(summary.rate == 100)
    #expect(abs(try #require(summary.p50) / 500 - 1) < 0.05)
    #expect(abs(try #require(summary.p99) / 990 - 1) < 0.05)
    #expect(recent.summary(second: 111).rate == 90.1)
    #expect(recent.summary(second: 130) == .init(rate: 0, p50: nil, p99: nil))
  }

  @Test("what is shorter or longer than the steps counts as the outermost")
  func extremes() throws {
    let recent = RecentDurations()
    recent.record(.zero, second: 0)
    recent.record(.seconds(100_000), second: 1)
    let summary = recent.summary(second: 5)
    #expect(try #require(summary.p50) < 0.02)
    #expect(try #require(summary.p99) > 600_000)
  }
}
