extension PickleMachine {
  /// Runs one opcode. The caller's loop handles STOP.
  mutating func run(_ opcode: PickleOpcode) throws(WeightFormatError) {
    switch opcode {
    case .stop: preconditionFailure("the loop ends at STOP")
    case .proto: try checkProtocol()
    case .frame: _ = try reader.count(UInt64.self)  // a hint for streams; the bytes themselves follow

    case .none: push(.none)
    case .newTrue: push(.boolean(true))
    case .newFalse: push(.boolean(false))
    case .binInt: push(.integer(Int(try reader.integer(Int32.self))))
    case .binInt1: push(.integer(Int(try reader.byte())))
    case .binInt2: push(.integer(Int(try reader.integer(UInt16.self))))
    case .long1: try pushLong(count: Int(try reader.byte()))
    case .long4: try pushLong(count: try reader.count(Int32.self))
    case .binFloat: push(.real(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped)))

    // Python 2 wrote its `str` as BINSTRING. State dicts use it for names, so it is text.
    case .shortBinUnicode, .shortBinString: push(.text(try reader.text(count: Int(try reader.byte()))))
    case .binUnicode: push(.text(try reader.text(count: try reader.count(UInt32.self))))
    case .binString: push(.text(try reader.text(count: try reader.count(Int32.self))))
    case .binUnicode8: push(.text(try reader.text(count: try reader.count(UInt64.self))))
    case .shortBinBytes: try pushBytes(count: Int(try reader.byte()))
    case .binBytes: try pushBytes(count: try reader.count(UInt32.self))
    case .binBytes8: try pushBytes(count: try reader.count(UInt64.self))

    case .mark: marks.append(stack.count)
    case .pop: try popValueOrMark()
    case .popMark: _ = try popToMark()
    case .dup: try duplicate()

    case .emptyTuple, .emptyList, .emptySet: pushSequence([])
    case .tuple1: pushSequence(try pop(count: 1))
    case .tuple2: pushSequence(try pop(count: 2))
    case .tuple3: pushSequence(try pop(count: 3))
    case .tuple, .list, .frozenSet: pushSequence(try popToMark())
    case .append: try append([try pop()])
    case .appends, .addItems: try append(try popToMark())

    case .emptyDict: pushDictionary([])
    case .dict: pushDictionary(try popPairs())
    case .setItem:
      let values = try pop(count: 2)
      try set(try pairs(values))
    case .setItems: try set(try popPairs())

    case .binPut: try memoize(as: Int(try reader.byte()))
    case .longBinPut: try memoize(as: try reader.count(UInt32.self))
    case .memoize: try memoize(as: memo.count)
    case .binGet: try pushMemo(Int(try reader.byte()))
    case .longBinGet: try pushMemo(try reader.count(UInt32.self))

    case .global: push(.global(try .named(module: try reader.line(), name: try reader.line())))
    case .stackGlobal: try pushStackGlobal()
    case .binPersID: try pushStorage()
    case .reduce, .newObj: try reduce()
    case .build: try build()
    }
  }

  private mutating func checkProtocol() throws(WeightFormatError) {
    let version = try reader.byte()
    guard (2...5).contains(version) else {
      throw .unsupported(feature: "pickle protocol \(version)", accepted: "protocols 2 to 5")
    }
  }

  private mutating func pushLong(count: Int) throws(WeightFormatError) {
    let bytes = Array(reader.bytes[try reader.skip(count)])
    guard count <= 8 else { return push(.longInteger(bytes)) }
    let sign: UInt8 = (bytes.last ?? 0) < 0x80 ? 0 : 0xFF
    let padded = bytes + [UInt8](repeating: sign, count: 8 - count)
    push(.integer(Int(truncatingIfNeeded: padded.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })))
  }

  private mutating func pushBytes(count: Int) throws(WeightFormatError) {
    push(.bytes(Array(reader.bytes[try reader.skip(count)])))
  }

  /// POP takes a MARK if one is on top.
  private mutating func popValueOrMark() throws(WeightFormatError) {
    if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
  }

  private mutating func duplicate() throws(WeightFormatError) {
    let value = try pop()
    push(value)
    push(value)
  }

  private mutating func pushStackGlobal() throws(WeightFormatError) {
    guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
      throw malformed("a global's name is not text")
    }
    push(.global(try .named(module: module, name: name)))
  }

  /// BUILD sets attributes. State dicts have one only, `_metadata` (layer versions), which holds no weights.
  private mutating func build() throws(WeightFormatError) {
    _ = try pop()
    let object = try pop()
    guard case .dictionary = object else { throw malformed("BUILD of what is no dict") }
    push(object)
  }
}
