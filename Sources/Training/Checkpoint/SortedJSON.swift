import Foundation

/// JSON with its keys sorted, so that equal values give equal bytes.
enum SortedJSON {
  static func data(_ value: some Encodable, pretty: Bool = false) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return try encoder.encode(value)
    } catch {
      preconditionFailure("a value that JSON cannot hold: \(error)")
    }
  }
}
