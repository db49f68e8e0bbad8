import Testing

@testable import ServerAPI

@Suite("Bounded cache")
struct BoundedCacheTests {
  private let cache = BoundedCache<Int, String>(limit: 20)

  @Test("holds what was inserted, and the later value of a key")
  func insertion() {
    #expect(cache.value(for: 1) == nil)
    cache.insert("a", for: 1, cost: 4)
    cache.insert("b", for: 2, cost: 4)
    #expect(cache.value(for: 1) == "a")
    cache.insert("c", for: 1, cost: 4)
    #expect(cache.value(for: 1) == "c")
    #expect(cache.value(for: 2) == "b")
  }

  @Test("never holds more than its limit, whatever comes and is asked for")
  func limit() {
    for step in 0..<2_000 {
      let key = step * step % 31
      if step % 3 > 0 { cache.insert("\(key)", for: key, cost: step % 12) }
      let value = cache.value(for: key)
      #expect(value == nil || value == "\(key)")
      #expect(cache.cost <= 20)
    }
  }

  @Test("what is asked for stays, what nobody asks for is dropped")
  func use() {
    cache.insert("kept", for: 0, cost: 2)
    cache.insert("dropped", for: 1, cost: 2)
    for key in 2..<100 {
      cache.insert("new", for: key, cost: 2)
      #expect(cache.value(for: 0) == "kept")
      #expect(cache.value(for: key) == "new")
    }
    #expect(cache.value(for: 1) == nil)
  }

  @Test("what costs more than half of the limit is not held, and drops nothing")
  func tooLarge() {
    cache.insert("small", for: 1, cost: 10)
    cache.insert("large", for: 2, cost: 11)
    #expect(cache.value(for: 1) == "small")
    #expect(cache.value(for: 2) == nil)
  }

  @Test("a value is made once, and not kept where making it fails")
  func making() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try cache.value(for: 1, cost: { _ in 1 }, make: { throw Failure() }) }
    #expect(cache.value(for: 1, cost: { _ in 1 }, make: { "made" }) == "made")
    #expect(cache.value(for: 1, cost: { _ in 1 }, make: { "again" }) == "made")
  }

  @Test("many may use it at once")
  func concurrency() async {
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask { [cache] in
          for step in 0..<2_000 {
            let key = (step * (task + 1)) % 17
            #expect(cache.value(for: key, cost: { _ in 3 }, make: { "\(key)" }) == "\(key)")
          }
        }
      }
    }
    #expect(cache.cost <= 20)
  }
}
