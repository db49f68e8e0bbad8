/// Finds the state dict in what a pickle made.
struct Checkpoint {
  /// Where training scripts put the state dict when it is not the top level itself, in the order of search.
  static let stateDictionaryKeys = ["state_dict", "model", "model_state_dict"]

  struct NamedTensor {
    let name: String
    /// Index into the pickle's tensors.
    let tensor: Int
  }

  /// In the state dict's order; a common `module.` (left by DataParallel) is taken off the names.
  let tensors: [NamedTensor]

  /// Epoch numbers, options and the like are passed over.
  ///
  /// - Throws: `.noTensors` with the top level's first names.
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
