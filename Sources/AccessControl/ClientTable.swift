/// What is known of each client, bounded in number: those who have not been seen for longest are forgotten.
///
/// Two generations: a client seen moves to the younger one; when that is full, it becomes the older one, and the older
/// one is dropped. So every step takes constant time, and a client is remembered for at least as long as half of the
/// table takes to fill. Clients with requests under way are kept; there are never more of them than connections.
struct ClientTable {
  struct Entry {
    var bucket: TokenBucket?
    /// Requests under way.
    var underWay = 0
  }

  let capacity: Int
  private var young: [Client: Entry] = [:]
  private var old: [Client: Entry] = [:]

  init(capacity: Int) {
    precondition(capacity >= 2)
    self.capacity = capacity
  }

  var count: Int { young.count + old.count }

  /// Changes a client's entry, a new one where it has none.
  mutating func update<Result>(_ client: Client, _ body: (inout Entry) -> Result) -> Result {
    if let known = old.removeValue(forKey: client) { young[client] = known }
    defer { if young.count >= capacity / 2 { startGeneration() } }
    return body(&young[client, default: Entry()])
  }

  private mutating func startGeneration() {
    let kept = old.filter { $0.value.underWay > 0 }
    old = young.merging(kept) { $1 }
    young = [:]
  }
}
