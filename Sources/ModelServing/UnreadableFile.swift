import Foundation

/// A file that cannot be opened, or does not hold what it should.
public struct UnreadableFile: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public var description: String { "cannot read \(path): \(reason)" }
}

extension Data {
  /// A whole file.
  public init(readingFrom file: URL) throws(UnreadableFile) {
    self = try readable(file) { try Data(contentsOf: file) }
  }
}

/// Whatever `body` throws becomes an `UnreadableFile`, so that every message about a file names it.
func readable<Value>(_ file: URL, _ body: () throws -> Value) throws(UnreadableFile) -> Value {
  do {
    return try body()
  } catch {
    throw UnreadableFile(path: file.path, reason: describe(error))
  }
}

/// An error in words; a decoding error with the field that it concerns.
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
    // Foundation's own words for what the system said are long and say less.
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
