/// A value on the pickle machine's stack.
///
/// Containers, tensors and storages are indices into a `PickleHeap`, so values never nest: deep or cyclic pickles cost
/// no recursion, neither here nor when they are freed.
enum PickleValue: Equatable, Sendable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// An integer beyond 64 bits: little-endian two's complement, as in the file.
  case longInteger([UInt8])
  case real(Double)
  case text(String)
  case bytes([UInt8])
  /// Tuples, lists and sets.
  case sequence(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
}

/// All containers, storages and tensors that a pickle has made, by index.
struct PickleHeap: Sendable {
  struct Pair: Equatable, Sendable {
    let key: PickleValue
    let value: PickleValue
  }

  var sequences: [[PickleValue]] = []
  var dictionaries: [[Pair]] = []
  var storages: [StorageReference] = []
  var tensors: [TensorReference] = []
  /// Items of all containers and dimensions of all tensors. This count bounds memory, because a memoised list can be
  /// copied into many dicts.
  var items = 0

  var count: Int { sequences.count + dictionaries.count + storages.count + tensors.count + items }
}

/// The persistent id of a storage: which bytes of the file it holds, and their type.
struct StorageReference: Equatable, Sendable {
  /// The storage's name in the file.
  let key: String
  /// PyTorch's name of the storage type, such as `torch.FloatStorage`.
  let typeName: String
  let type: ElementType
  /// Number of values in the whole storage `key`.
  let count: Int
  /// The values of the storage that this one is a view of (legacy files only), or all values.
  let view: Range<Int>
}

/// A tensor as the pickle describes it. Its numbers are checked when the tensor is assembled.
struct TensorReference: Equatable, Sendable {
  /// Index into `PickleHeap.storages`.
  let storage: Int
  let layout: TensorLayout
}

/// The result of a pickle after its STOP.
struct Pickle: Sendable {
  let root: PickleValue
  let heap: PickleHeap
  /// Where the bytes after STOP begin.
  let endOffset: Int
}

extension Pickle {
  /// The values of a tuple, list or set.
  func sequence(_ value: PickleValue) -> [PickleValue]? {
    if case .sequence(let index) = value { heap.sequences[index] } else { nil }
  }

  /// The pairs of a dict, in the order in which they were set.
  func dictionary(_ value: PickleValue) -> [PickleHeap.Pair]? {
    if case .dictionary(let index) = value { heap.dictionaries[index] } else { nil }
  }
}
