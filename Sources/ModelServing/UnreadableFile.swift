import Foundation

/// A file that cannot be opened, or whose contents are not what they should be.
public struct UnreadableFile: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file.
  public let path: String
  /// The reason in words: of the system, of a decoder or of a check.
  public let reason: String

  /// An error for the file at a path.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The path and the reason in a sentence.
  public var description: String { "cannot read \(path): \(reason)" }
}

extension Data {
  /// The largest number of bytes that is read from a pipe or a device, which need not end. It is the default of the
  /// largest request body that a server accepts.
  public static var maximumStreamBytes: Int { 32 << 20 }

  /// Reads a whole file, or everything that a pipe or a device gives until its end.
  ///
  /// - Throws: `UnreadableFile` if the file cannot be read, or a pipe or device gives more than `maximumStreamBytes`.
  public init(readingFrom file: URL) throws(UnreadableFile) {
    self = try readable(file) {
      try file.isPipeOrDevice ? Data(readingStream: file) : Data(contentsOf: file)
    }
  }

  private init(readingStream file: URL) throws {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    let data = try handle.read(upToCount: Self.maximumStreamBytes + 1) ?? Data()
    guard data.count <= Self.maximumStreamBytes else {
      throw UnreadableFile(path: file.path, reason: "larger than \(Self.maximumStreamBytes) bytes")
    }
    self = data
  }
}

extension URL {
  /// What Foundation's `Data(contentsOf:)` refuses to read.
  fileprivate var isPipeOrDevice: Bool {
    var status = stat()
    return stat(path, &status) == 0 && [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT)
  }
}

/// Whatever `body` throws becomes an `UnreadableFile`, so that every message about a file names it.
func readable<Value>(_ file: URL, _ body: () throws -> Value) throws(UnreadableFile) -> Value {
  do {
    return try body()
  } catch let error as UnreadableFile {
    throw error
  } catch {
    throw UnreadableFile(path: file.path, reason: describe(error))
  }
}

/// Describes an error in words for people. For an error of a decoder, the text names the field and the kind of value
/// that JSON should have there.
public func describe(_ error: any Error) -> String {
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    "the field \(path(context.codingPath + [key])) is missing"
  case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
    context.codingPath.isEmpty
      ? "the outermost value has to be \(kind(type))"
      : "the field \(path(context.codingPath)) has the wrong type: it has to be \(kind(type))"
  case DecodingError.dataCorrupted(let context):
    context.codingPath.isEmpty
      ? "not valid JSON" : "the field \(path(context.codingPath)) has a value that is not accepted"
  case let error as CocoaError:
    // Foundation's description of a system error is longer and says less.
    (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
  default:
    String(describing: error)
  }
}

/// What JSON calls it (RFC 8259); the decoder speaks of types of Swift.
private func kind(_ type: any Any.Type) -> String {
  switch type {
  case is String.Type: "a string"
  case is Bool.Type: "true or false"
  case is any BinaryInteger.Type: "a whole number"
  case is any BinaryFloatingPoint.Type: "a number"
  default: "\(type)".hasPrefix("Array<") ? "an array" : "an object"
  }
}

/// As programs write it: `images[0].data`.
private func path(_ keys: [any CodingKey]) -> String {
  keys.reduce("") { path, key in
    if let index = key.intValue { return "\(path)[\(index)]" }
    return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
  }
}
