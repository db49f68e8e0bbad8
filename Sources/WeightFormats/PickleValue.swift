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

/// Everything that a pickle has made, by index.
struct PickleHeap: Sendable {
  struct Pair: Equatable, Sendable {
    let key: PickleValue
    let value: PickleValue
  }

  var sequences: [[PickleValue]] = []
  var dictionaries: [[Pair]] = []
  var storages: [StorageReference] = []
  var tensors: [TensorReference] = []
  /// Items of all containers and dimensions of all tensors: what bounds memory, as one memoised list can be copied
  /// into many dicts.
  var items = 0

  var count: Int { sequences.count + dictionaries.count + storages.count + tensors.count + items }
}

/// The persistent id of a storage: which bytes of the file, and of what type.
struct StorageReference: Equatable, Sendable {
  /// The name of the bytes in the file.
  let key: String
  /// PyTorch's name of the storage type, such as `torch.FloatStorage`.
  let typeName: String
  let type: ElementType
  /// Values of the whole storage under `key`.
  let count: Int
  /// The values of the storage that this one is a view of (legacy files only); all of them otherwise.
  let view: Range<Int>
}

/// A tensor as the pickle describes it; its numbers are checked when it is assembled.
struct TensorReference: Equatable, Sendable {
  /// Index into `PickleHeap.storages`.
  let storage: Int
  let layout: TensorLayout
}

/// What a pickle is after its STOP.
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
