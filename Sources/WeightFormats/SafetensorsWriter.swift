import DurableFiles
import NetworkGraph

/// Writes safetensors files. Tensors are written as F32, sorted by name. The data begins on an 8-byte boundary of the
/// file, so that readers can map every tensor.
public enum SafetensorsWriter {
  /// Writes `weights` to the file `path`. The writer makes a new file beside it, flushes it to disk, and renames it
  /// over `path`.
  ///
  /// Another process that reads `path` meanwhile sees the whole old file or the whole new one. Where writing fails, the
  /// old file stays.
  ///
  /// - Parameters:
  ///   - weights: tensors by full name.
  ///   - metadata: texts for the header's `__metadata__`; none where not given.
  ///   - path: the file to write. Its folder must exist.
  /// - Throws: `WeightFormatError.unwritableName` for a tensor named `__metadata__`, `.limitExceeded` for a header of
  ///   over 100 MB, which readers refuse, or `.system` where a system call fails.
  public static func write(
    _ weights: Weights, metadata: [String: String] = [:], to path: String
  ) throws(WeightFormatError) {
    let names = weights.keys.sorted()
    let head = try head(weights, names: names, metadata: metadata)
    do throws(FileFailure) {
      let file = try DurableFile(beside: path)
      try head.withBytes { bytes throws(FileFailure) in try file.write(bytes) }
      for name in names { try weights[name]!.withBytes { bytes throws(FileFailure) in try file.write(bytes) } }
      try file.moveIntoPlace()
    } catch {
      throw .system(call: error.call.rawValue, errno: error.number)
    }
  }

  /// The 8-byte length and the header, padded with spaces so that the data begins on an 8-byte boundary.
  static func head(
    _ weights: Weights, names: [String], metadata: [String: String]
  ) throws(WeightFormatError) -> [UInt8] {
    var json = Array(try header(weights, names: names, metadata: metadata).utf8)
    json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    let maximum = WeightLimits().headerBytes
    guard json.count <= maximum else {
      throw .limitExceeded(limit: "bytes in the safetensors header", maximum: maximum, found: json.count)
    }
    let length = UInt64(json.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json
  }

  private static func header(
    _ weights: Weights, names: [String], metadata: [String: String]
  ) throws(WeightFormatError) -> String {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for name in names {
      guard name != "__metadata__" else {
        throw .unwritableName(name, reason: "safetensors reserves this name")
      }
      let shape = weights[name]!.shape
      let end = offset + weights[name]!.count * MemoryLayout<Float>.size
      members.append(
        "\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape.map(String.init).joined(separator: ","))],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    return "{\(members.joined(separator: ","))}"
  }

  /// `text` as a JSON string (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension [UInt8] {
  fileprivate func withBytes(
    _ body: (UnsafeRawBufferPointer) throws(FileFailure) -> Void
  ) throws(FileFailure) {
    let result: Result<Void, FileFailure> = withUnsafeBytes { bytes in
      do throws(FileFailure) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }
}

extension WeightTensor {
  fileprivate func withBytes(
    _ body: (UnsafeRawBufferPointer) throws(FileFailure) -> Void
  ) throws(FileFailure) {
    let result: Result<Void, FileFailure> = withUnsafeValues { values in
      do throws(FileFailure) { return .success(try body(UnsafeRawBufferPointer(values))) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
