import Synchronization

/// Values by key, of so much cost together at most; what nobody has asked for the longest is forgotten.
///
/// Two generations stand in for an exact order of use. What is new or asked for belongs to the young one. Once that has
/// half of the cost, it becomes the old one, and what was still old is dropped. So every operation takes the same time,
/// however much is held.
final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    let value: Value
    let cost: Int
  }

  private struct Generations {
    var young: [Key: Entry] = [:]
    var youngCost = 0
    var old: [Key: Entry] = [:]
  }

  /// The cost of one generation at most.
  private let limit: Int
  private let generations = Mutex(Generations())

  /// - Parameter limit: the cost of all values at most; one that costs more than half of it is never held.
  init(limit: Int) {
    self.limit = limit / 2
  }

  /// Of all values that are held.
  var cost: Int {
    generations.withLock { generations in
      [generations.young, generations.old].joined().reduce(0) { $0 + $1.value.cost }
    }
  }

  func value(for key: Key) -> Value? {
    generations.withLock { generations in
      if let entry = generations.young[key] { return entry.value }
      guard let entry = generations.old.removeValue(forKey: key) else { return nil }
      insert(entry, for: key, into: &generations)
      return entry.value
    }
  }

  func insert(_ value: Value, for key: Key, cost: Int) {
    guard cost <= limit else { return }
    generations.withLock { generations in
      generations.old[key] = nil
      insert(Entry(value: value, cost: cost), for: key, into: &generations)
    }
  }

  /// The value that is held, or the one that `make` makes, which is held from then on. Others are not kept waiting: whoever
  /// asks meanwhile makes it too.
  func value(for key: Key, cost: (Value) -> Int, make: () throws -> Value) rethrows -> Value {
    if let value = value(for: key) { return value }
    let value = try make()
    insert(value, for: key, cost: cost(value))
    return value
  }

  private func insert(_ entry: Entry, for key: Key, into generations: inout Generations) {
    generations.youngCost -= generations.young.removeValue(forKey: key)?.cost ?? 0
    if generations.youngCost + entry.cost > limit {
      generations = Generations(old: generations.young)
    }
    generations.young[key] = entry
    generations.youngCost += entry.cost
  }
}
