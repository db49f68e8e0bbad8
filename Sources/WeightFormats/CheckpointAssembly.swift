import NetworkGraph

extension WeightFile {
  /// Makes a weight file of a checkpoint's tensors. A tensor with several names is assembled once.
  ///
  /// - Parameter storage: finds the bytes of a storage that a tensor needs.
  init(
    format: WeightFormat, pickle: Pickle, limits: WeightLimits,
    storage: (StorageReference) throws(WeightFormatError) -> StorageSlice
  ) throws(WeightFormatError) {
    var assembler = TensorAssembler(limits: limits)
    var assembled: [Int: WeightTensor] = [:]
    for entry in try Checkpoint(pickle).tensors {
      if let tensor = assembled[entry.tensor] {
        assembler.alias(entry.name, of: tensor)
        continue
      }
      let tensor = pickle.heap.tensors[entry.tensor]
      let reference = pickle.heap.storages[tensor.storage]
      guard reference.type.isWeight else {
        assembler.skip(entry.name, typeName: reference.typeName, shape: tensor.layout.shape)
        continue
      }
      let slice = try storage(reference).values(reference.view, width: reference.type.bytes)
      try assembler.add(entry.name, typeName: reference.typeName, layout: tensor.layout, in: slice)
      assembled[entry.tensor] = assembler.weights[entry.name]
    }
    self.init(format: format, tensors: assembler.weights, skipped: assembler.skipped, metadata: [:])
  }
}

extension StorageSlice {
  /// The part of the slice that holds `values`, each `width` bytes. The slice must hold all of them.
  fileprivate func values(_ values: Range<Int>, width: Int) -> StorageSlice {
    let begin = range.lowerBound + values.lowerBound * width
    return StorageSlice(storage: storage, range: begin..<begin + values.count * width)
  }
}
