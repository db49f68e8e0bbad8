/// What the accepted globals make of their arguments.
extension PickleMachine {
  /// REDUCE and NEWOBJ: applies the global below to the tuple on top of the stack.
  mutating func reduce() throws(WeightFormatError) {
    guard case .sequence(let index) = try pop() else { throw malformed("the arguments are no tuple") }
    guard case .global(let global) = try pop() else { throw malformed("what is no global is called") }
    let arguments = heap.sequences[index]
    switch global {
    case .orderedDictionary: try pushOrderedDictionary(arguments)
    case .size: try pushSize(arguments)
    case .rebuildTensor: try pushTensor(arguments)
    case .rebuildParameter: try pushParameter(arguments)
    case .storageType(let name, _): throw .refusedGlobal(name: "\(name)()")
    }
  }

  /// `OrderedDict()`, or Python 2's `OrderedDict([[key, value], ...])`.
  private mutating func pushOrderedDictionary(_ arguments: [PickleValue]) throws(WeightFormatError) {
    guard let items = arguments.first else { return pushDictionary([]) }
    guard arguments.count == 1, case .sequence(let index) = items else {
      throw malformed("OrderedDict takes one list of pairs")
    }
    var pairs: [PickleHeap.Pair] = []
    for item in heap.sequences[index] {
      guard case .sequence(let pair) = item, heap.sequences[pair].count == 2 else {
        throw malformed("OrderedDict takes one list of pairs")
      }
      pairs.append(.init(key: heap.sequences[pair][0], value: heap.sequences[pair][1]))
    }
    pushDictionary(pairs)
  }

  private mutating func pushSize(_ arguments: [PickleValue]) throws(WeightFormatError) {
    guard arguments.count == 1, case .sequence = arguments[0] else { throw malformed("torch.Size takes one tuple") }
    push(arguments[0])
  }

  private mutating func pushParameter(_ arguments: [PickleValue]) throws(WeightFormatError) {
    guard let tensor = arguments.first, case .tensor = tensor else {
      throw malformed("_rebuild_parameter takes a tensor")
    }
    push(tensor)
  }

  private mutating func pushTensor(_ arguments: [PickleValue]) throws(WeightFormatError) {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = try integers(arguments[2]), let strides = try integers(arguments[3]), shape.count == strides.count
    else { throw malformed("_rebuild_tensor takes a storage, an offset, a size and a stride") }
    let layout = TensorLayout(type: heap.storages[storage].type, shape: shape, strides: strides, offset: offset)
    heap.items += 2 * shape.count
    heap.tensors.append(TensorReference(storage: storage, layout: layout))
    push(.tensor(heap.tensors.count - 1))
  }

  private func integers(_ value: PickleValue) throws(WeightFormatError) -> [Int]? {
    guard case .sequence(let index) = value else { return nil }
    let values = heap.sequences[index]
    guard values.count <= maximumRank else {
      throw .limitExceeded(limit: "dimensions of a tensor", maximum: maximumRank, found: values.count)
    }
    var integers: [Int] = []
    for value in values {
      guard case .integer(let integer) = value else { return nil }
      integers.append(integer)
    }
    return integers
  }

  /// BINPERSID: takes `("storage", type, key, device, count)`. Legacy files add `None` or
  /// `(view key, view offset, view size)`.
  mutating func pushStorage() throws(WeightFormatError) {
    guard case .sequence(let index) = try pop(), heap.sequences[index].count >= 5,
      case let id = heap.sequences[index], id[0] == .text("storage"),
      case .global(.storageType(let name, let type)) = id[1], case .text(let key) = id[2],
      case .integer(let count) = id[4], count >= 0
    else { throw malformed("a persistent id is not that of a storage") }
    let view = try view(id.count > 5 ? id[5] : .none, count: count)
    heap.storages.append(StorageReference(key: key, typeName: name, type: type, count: count, view: view))
    push(.storage(heap.storages.count - 1))
  }

  private func view(_ value: PickleValue, count: Int) throws(WeightFormatError) -> Range<Int> {
    if value == .none { return 0..<count }
    guard case .sequence(let index) = value, case let view = heap.sequences[index], view.count == 3,
      case .integer(let offset) = view[1], case .integer(let size) = view[2],
      offset >= 0, size >= 0, let end = sum(offset, size), end <= count
    else { throw malformed("a view reaches outside its storage of \(count) values") }
    return offset..<end
  }
}
