import NetworkGraph

/// Reads safetensors files. Aligned F32 tensors point into the file, and all other weights are copied.
enum SafetensorsReader {
  static func read(_ storage: any WeightStorage, limits: WeightLimits) throws(WeightFormatError) -> WeightFile {
    let header = try storage.withBytes { bytes throws(WeightFormatError) in
      try SafetensorsHeader(bytes, limits: limits)
    }
    var tensors = TensorAssembler(limits: limits)
    for entry in header.entries {
      let begin = header.dataOffset + entry.range.lowerBound
      let end = header.dataOffset + entry.range.upperBound
      let slice = StorageSlice(storage: storage, range: begin..<end)
      try tensors.add(entry.name, typeName: entry.type.safetensorsName, layout: .init(entry), in: slice)
    }
    return WeightFile(
      format: .safetensors, tensors: tensors.weights, skipped: tensors.skipped, metadata: header.metadata)
  }
}

extension ElementType {
  fileprivate var safetensorsName: String {
    if case .other(let name, _) = self { name } else { "" }
  }
}

extension TensorLayout {
  fileprivate init(_ entry: SafetensorsHeader.Entry) {
    self.init(type: entry.type, shape: entry.shape)
  }
}
