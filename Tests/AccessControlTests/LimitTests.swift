import Testing

@testable import AccessControl

@Suite("Token bucket")
struct TokenBucketTests {
  private let rate = RequestRate(perSecond: 2, burst: 3)
  private let start = ContinuousClock.now

  /// Of so many requests at each moment, how many get through.
  private func passes(_ requests: [(after: Duration, count: Int)]) -> [Int] {
    var bucket = TokenBucket(rate, now: start)
    return requests.map { moment, count in (0..<count).filter { _ in bucket.take(rate, now: start + moment) }.count }
  }

  @Test("a burst goes through at once, then requests at the rate")
  func burst() {
    #expect(passes([(.zero, 5), (.milliseconds(499), 5), (.milliseconds(500), 5), (.seconds(1), 5)]) == [3, 0, 1, 1])
  }

  @Test("a pause fills the bucket, but no further than the burst")
  func pause() {
    #expect(passes([(.zero, 3), (.seconds(3600), 100)]) == [3, 3])
  }

  @Test("a refused request costs nothing")
  func refused() {
    #expect(passes([(.zero, 100), (.milliseconds(500), 1)]) == [3, 1])
  }

  @Test("what remains and when there is more are told in whole numbers")
  func state() {
    let rate = RequestRate(perSecond: 0.5, burst: 2)
    var bucket = TokenBucket(rate, now: start)
    var states: [[Int]] = []
    for _ in 0..<3 {
      _ = bucket.take(rate, now: start)
      states.append([bucket.remaining, bucket.reset(rate)])
    }
    // One left: full again after 2 s; none left: the next one after 2 s.
    #expect(states == [[1, 2], [0, 2], [0, 2]])
  }
}

@Suite("Client table")
struct ClientTableTests {
  private func client(_ number: Int) -> Client { .key(name: "\(number)") }

  @Test("it never holds more clients than its capacity, however many come")
  func bounded() {
    var table = ClientTable(capacity: 100)
    for number in 0..<10_000 {
      table.update(client(number)) { _ in }
      #expect(table.count <= 100)
    }
  }

  @Test("a client that keeps coming is remembered while others pass")
  func remembered() {
    var table = ClientTable(capacity: 100)
    let rate = RequestRate(perSecond: 1, burst: 1)
    table.update(client(-1)) { $0.bucket = TokenBucket(rate, now: .now) }
    for number in 0..<10_000 {
      table.update(client(number)) { _ in }
      #expect(table.update(client(-1)) { $0.bucket != nil })
    }
  }

  @Test("a client with a request under way is not forgotten")
  func underWay() {
    var table = ClientTable(capacity: 100)
    table.update(client(-1)) { $0.underWay += 1 }
    for number in 0..<10_000 { table.update(client(number)) { _ in } }
    #expect(table.update(client(-1)) { $0.underWay } == 1)
  }
}

@Suite("Client limits")
struct ClientLimitsTests {
  private let client = Client.key(name: "a")
  private let start = ContinuousClock.now

  @Test("as many requests as are allowed are under way at a time, and each that ends makes room")
  func concurrent() throws {
    let limits = ClientLimits(rate: nil, concurrent: 2)
    var permits = try (0..<2).map { _ in try limits.begin(client, now: start) }
    #expect(permits[1].quota.stateField == "\"concurrency\";r=0")
    #expect(permits[1].quota.policyField == "\"concurrency\";q=2;qu=\"concurrent-requests\"")
    #expect(throws: AccessRefusal.self) { try limits.begin(client, now: start) }
    #expect(throws: Never.self) { try limits.begin(.key(name: "b"), now: start) }
    permits.removeLast()
    #expect(throws: Never.self) { permits.append(try limits.begin(client, now: start)) }
    #expect(throws: AccessRefusal.self) { try limits.begin(client, now: start) }
  }

  @Test("fields of an answer are those of the draft, each policy with its name")
  func fields() throws {
    let limits = ClientLimits(rate: RequestRate(perSecond: 10, burst: 20), concurrent: 4)
    let permit = try limits.begin(client, now: start)
    #expect(permit.quota.policyField == #""requests";q=20;w=2, "concurrency";q=4;qu="concurrent-requests""#)
    #expect(permit.quota.stateField == #""requests";r=19;t=1, "concurrency";r=3"#)
  }

  @Test("a refusal for the rate says when there is a request again")
  func retryAfter() throws {
    let limits = ClientLimits(rate: RequestRate(perSecond: 0.1, burst: 1), concurrent: nil)
    _ = try limits.begin(client, now: start)
    let refusal = #expect(throws: AccessRefusal.self) { try limits.begin(client, now: start + .seconds(3)) }
    guard case .tooManyRequests(let quota)? = refusal else { return #expect(Bool(false), "\(refusal as Any)") }
    #expect(quota.retryAfter == 7)
    #expect(quota.stateField == #""requests";r=0;t=7"#)
    #expect(throws: Never.self) { try limits.begin(client, now: start + .seconds(10)) }
  }
}
