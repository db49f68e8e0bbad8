/// Reads a pickle without executing anything. The machine has a stack, a memo, and a heap of plain values.
///
/// The opcodes and their stack effects are documented in Python's `pickletools`. Globals are looked up in a short list
/// (`PickleGlobal`). Each byte of input makes a bounded number of values, and the limits bound their sum.
struct PickleMachine {
  var reader: ByteReader
  var stack: [PickleValue] = []
  /// The height of the stack at each MARK that is still open.
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  var heap = PickleHeap()
  private let limits: WeightLimits
  var maximumRank: Int { limits.rank }
  /// Where the current opcode begins.
  private(set) var opcodeOffset = 0

  private init(reader: ByteReader, limits: WeightLimits) {
    self.reader = reader
    self.limits = limits
  }

  /// Runs the pickle that begins at `offset`, up to its STOP.
  ///
  /// - Throws: `WeightFormatError`: `.refusedGlobal`, `.malformed`, `.unsupported`, `.truncated`, `.limitExceeded`.
  static func run(
    _ bytes: UnsafeRawBufferPointer, part: String, from offset: Int = 0, limits: WeightLimits
  ) throws(WeightFormatError) -> Pickle {
    let reader = ByteReader(bytes, part: part, from: offset, limit: limits.pickleBytes)
    var machine = PickleMachine(reader: reader, limits: limits)
    do throws(WeightFormatError) {
      return try machine.runToStop()
    } catch .truncated where machine.reader.end < bytes.count {
      // The reader ended at the limit, not at the end of the bytes.
      throw .limitExceeded(limit: "bytes in \(part)", maximum: limits.pickleBytes, found: bytes.count - offset)
    }
  }

  private mutating func runToStop() throws(WeightFormatError) -> Pickle {
    while true {
      opcodeOffset = reader.offset
      let code = try reader.byte()
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw .unsupported(
          feature: "pickle opcode 0x\(String(code, radix: 16)) at byte \(opcodeOffset) of \(reader.part)",
          accepted: "what torch.save writes with pickle protocols 2 to 5")
      }
      if opcode == .stop { break }
      try run(opcode)
      try checkLimits()
    }
    return Pickle(root: try pop(), heap: heap, endOffset: reader.offset)
  }

  private func checkLimits() throws(WeightFormatError) {
    guard max(stack.count, marks.count, memo.count, heap.count) > limits.pickleValues else { return }
    for (limit, found) in [
      ("values on the pickle's stack", stack.count), ("open marks in the pickle", marks.count),
      ("values in the pickle's memo", memo.count), ("objects and items in the pickle", heap.count),
    ] where found > limits.pickleValues {
      throw .limitExceeded(limit: limit, maximum: limits.pickleValues, found: found)
    }
  }

  func malformed(_ reason: String) -> WeightFormatError {
    .malformed(part: reader.part, byteOffset: opcodeOffset, reason: reason)
  }

  // MARK: Stack

  mutating func push(_ value: PickleValue) {
    stack.append(value)
  }

  /// Takes the top value. Values below an open MARK are out of reach.
  mutating func pop() throws(WeightFormatError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw malformed("a value is taken from an empty stack")
    }
    return value
  }

  mutating func pop(count: Int) throws(WeightFormatError) -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw malformed("a value is taken from an empty stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  /// Takes all values down to the latest MARK.
  mutating func popToMark() throws(WeightFormatError) -> [PickleValue] {
    guard let height = marks.popLast() else { throw malformed("there is no MARK") }
    defer { stack.removeSubrange(height...) }
    return Array(stack[height...])
  }

  mutating func popPairs() throws(WeightFormatError) -> [PickleHeap.Pair] {
    // In two steps, because a single expression would copy the machine with its whole stack.
    let values = try popToMark()
    return try pairs(values)
  }

  func pairs(_ values: [PickleValue]) throws(WeightFormatError) -> [PickleHeap.Pair] {
    guard values.count.isMultiple(of: 2) else { throw malformed("a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map { .init(key: values[$0], value: values[$0 + 1]) }
  }

  mutating func pushSequence(_ values: [PickleValue]) {
    heap.items += values.count
    heap.sequences.append(values)
    push(.sequence(heap.sequences.count - 1))
  }

  mutating func pushDictionary(_ pairs: [PickleHeap.Pair]) {
    heap.items += pairs.count
    heap.dictionaries.append(pairs)
    push(.dictionary(heap.dictionaries.count - 1))
  }

  /// Adds to the list or set on top of the stack.
  mutating func append(_ values: [PickleValue]) throws(WeightFormatError) {
    guard stack.count > marks.last ?? 0, case .sequence(let index)? = stack.last else {
      throw malformed("items are added to what is no list")
    }
    heap.items += values.count
    heap.sequences[index] += values
  }

  /// Adds to the dict on top of the stack.
  mutating func set(_ pairs: [PickleHeap.Pair]) throws(WeightFormatError) {
    guard stack.count > marks.last ?? 0, case .dictionary(let index)? = stack.last else {
      throw malformed("items are set in what is no dict")
    }
    heap.items += pairs.count
    heap.dictionaries[index] += pairs
  }

  // MARK: Memo

  mutating func memoize(as key: Int) throws(WeightFormatError) {
    guard stack.count > marks.last ?? 0, let top = stack.last else {
      throw malformed("an empty stack is put into the memo")
    }
    memo[key] = top
  }

  mutating func pushMemo(_ key: Int) throws(WeightFormatError) {
    guard let value = memo[key] else { throw malformed("nothing is in the memo at \(key)") }
    push(value)
  }
}
