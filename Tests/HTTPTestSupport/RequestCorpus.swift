import Foundation
import HTTPCore

/// One line of `requests.table`: bytes on the wire, and the answers that a section of an RFC asks for.
public struct CorpusRequest: Sendable, CustomStringConvertible {
  /// What becomes of the connection behind the last answer.
  public enum Connection: String, Sendable {
    case keep, close
    /// The request is not complete.
    case waits
  }

  public let section: String
  public let name: String
  public let bytes: [UInt8]
  public let statuses: [Int]
  public let connection: Connection
  /// Requests that the parser gives out, in order, and the message with which it refuses, if it does.
  public let events: [String]

  public var description: String { "\(section) \(name)" }
}

/// The table, read.
public enum RequestCorpus {
  /// Small limits, so that the table's long requests stay short.
  public static let limits = ParserLimits(
    requestLineBytes: 1000, headerBytes: 2000, fieldCount: 20, bodyBytes: 4000, chunkExtensionBytes: 100,
    trailerBytes: 500)

  public static let requests: [CorpusRequest] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "requests.table")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { fatalError("cannot read \(file.path)") }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { request(String($0)) }
  }()

  private static func request(_ line: String) -> CorpusRequest {
    let columns = line.components(separatedBy: " | ")
    precondition(columns.count == 5, "five columns are needed: \(line)")
    let answers = columns[3].split(separator: " ").map(String.init)
    guard let connection = CorpusRequest.Connection(rawValue: answers.last ?? "") else {
      fatalError("keep, close or waits is needed: \(line)")
    }
    return CorpusRequest(
      section: columns[0].trimmingCharacters(in: .whitespaces), name: columns[1],
      bytes: unescaped(repeated(columns[2].replacing("{host}", with: #"Host: a\r\n"#))),
      statuses: answers.dropLast().map { Int($0)! }, connection: connection,
      events: repeated(columns[4]).components(separatedBy: " -> "))
  }

  /// Writes out `{x*N}`.
  private static func repeated(_ text: String) -> String {
    text.replacing(/\{([^{}]+)\*(\d+)\}/) { String(repeating: String($0.1), count: Int($0.2)!) }
  }

  private static func unescaped(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Substring(text)
    while let character = rest.popFirst() {
      guard character == "\\" else {
        bytes += character.utf8
        continue
      }
      switch rest.popFirst() {
      case "r": bytes.append(13)
      case "n": bytes.append(10)
      case "t": bytes.append(9)
      case "0": bytes.append(0)
      case "\\": bytes.append(UInt8(ascii: "\\"))
      case "x":
        bytes.append(UInt8(rest.prefix(2), radix: 16)!)
        rest = rest.dropFirst(2)
      default: fatalError("an unknown escape in \(text)")
      }
    }
    return bytes
  }
}
