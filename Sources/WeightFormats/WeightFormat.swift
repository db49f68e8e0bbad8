/// The file formats that `WeightFile` reads. They are told apart by their first bytes. Raw values are names for users.
public enum WeightFormat: String, Hashable, Sendable, CaseIterable {
  /// safetensors: a JSON header, then raw tensors (<https://huggingface.co/docs/safetensors>).
  case safetensors = "safetensors"
  /// The format of `torch.save` since PyTorch 1.6: a zip archive with a pickle and one entry for each storage.
  case pyTorchZip = "PyTorch zip"
  /// The format of `torch.save` before PyTorch 1.6: several pickles, then the raw storages.
  case pyTorchLegacy = "PyTorch legacy"

  /// The accepted formats, as a phrase for error messages.
  static let accepted = "safetensors, or PyTorch's .pth as torch.save writes it (zip or legacy)"

  /// Tells the format of a file from its bytes. File names do not matter.
  ///
  /// - Throws: `WeightFormatError.unknownFormat`, with a guess at what the file is.
  static func sniff(_ bytes: UnsafeRawBufferPointer) throws(WeightFormatError) -> WeightFormat {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .pyTorchZip }
    if LegacyCheckpointReader.recognises(bytes) { return .pyTorchLegacy }
    if let guess = looksLike(bytes) { throw .unknownFormat(looksLike: guess) }
    // Byte 8 is the first byte of the header, behind its 8-byte length.
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{") { return .safetensors }
    throw .unknownFormat(looksLike: nil)
  }
}

extension WeightFormat {
  private static let strangers: [(offset: Int, magic: [UInt8], name: String)] = [
    (0, [0x89, 0x48, 0x44, 0x46], "an HDF5 file (Keras .h5)"),
    (0, Array("GGUF".utf8), "a GGUF file"),
    (0, [0x93] + Array("NUMPY".utf8), "a NumPy array (.npy)"),
    (4, Array("TFL3".utf8), "a TensorFlow Lite model"),
    (257, Array("ustar".utf8), "a tar archive (PyTorch before 0.1.10 wrote those)"),
    (0, [0x1F, 0x8B], "a gzip stream; unpack it first"),
    (0, Array("version https://git-lfs".utf8), "a Git LFS pointer, not the file it points to; run git lfs pull"),
    (0, Array("<".utf8), "a web page or XML; was the download an error page?"),
    (0, [0x50, 0x4B, 0x05, 0x06], "an empty zip archive"),
    (0, [0x80], "a Python pickle that torch.save did not write"),
    (0, [0x08], "a protocol buffer, perhaps ONNX"),
  ]

  private static func looksLike(_ bytes: UnsafeRawBufferPointer) -> String? {
    if bytes.isEmpty { return "an empty file" }
    // A safetensors header may have any length, so the other signs count only if byte 8 is not its brace.
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{"), bytes[7] == 0 { return nil }
    return strangers.first { bytes.dropFirst($0.offset).starts(with: $0.magic) }?.name
  }
}
