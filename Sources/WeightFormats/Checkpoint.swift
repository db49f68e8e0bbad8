/// The state dict of a checkpoint, found among the values that its pickle made.
struct Checkpoint {
  /// Names under which training scripts store the state dict where it is not the top level itself, in the order of
  /// search.
  static let stateDictionaryKeys = ["state_dict", "model", "model_state_dict"]

  struct NamedTensor {
    let name: String
    /// Index into the pickle's tensors.
    let tensor: Int
  }

  /// The tensors in the state dict's order. A prefix `module.` that all names share (DataParallel adds it) is removed.
  let tensors: [NamedTensor]

  /// Finds the state dict. Values that are not tensors, such as epoch numbers and options, are passed over.
  ///
  /// - Throws: `.noTensors` with the first names of the top level.
  init(_ pickle: Pickle) throws(WeightFormatError) {
    let top = pickle.dictionary(pickle.root) ?? []
    let nested = Self.stateDictionaryKeys.lazy.compactMap { key in
      top.last { $0.key == .text(key) }.flatMap { pickle.dictionary($0.value) }
    }
    let found = nested.map(Self.tensors).first { !$0.isEmpty } ?? Self.tensors(top)
    guard !found.isEmpty else { throw .noTensors(keys: Self.names(top)) }
    tensors = Self.withoutModulePrefix(found)
  }

  private static func tensors(_ pairs: [PickleHeap.Pair]) -> [NamedTensor] {
    pairs.compactMap { pair in
      guard case .text(let name) = pair.key, case .tensor(let tensor) = pair.value else { return nil }
      return NamedTensor(name: name, tensor: tensor)
    }
  }

  private static func withoutModulePrefix(_ tensors: [NamedTensor]) -> [NamedTensor] {
    let prefix = "module."
    guard tensors.allSatisfy({ $0.name.hasPrefix(prefix) }) else { return tensors }
    return tensors.map { NamedTensor(name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor) }
  }

  private static func names(_ pairs: [PickleHeap.Pair]) -> [String] {
    pairs.prefix(10).map { pair in
      if case .text(let name) = pair.key { name } else { "(no text)" }
    }
  }
}
