import HTTPCore
import HTTPTypes

/// What a parser said about a stream of bytes, in a form that does not depend on how the bytes were cut.
public enum ParserTranscript {
  /// Feeds the pieces and writes one line per event; body chunks next to each other are joined.
  public static func of(_ pieces: [ArraySlice<UInt8>], limits: ParserLimits, ends: Bool) -> [String] {
    var parser = RequestParser(limits: limits)
    var lines: [String] = []
    var body: [UInt8] = []
    for piece in pieces {
      parser.feed(piece)
      guard drain(&parser, &lines, &body) else { return lines }
    }
    if ends {
      parser.finish()
      _ = drain(&parser, &lines, &body)
    }
    flush(&body, &lines)
    return lines
  }

  /// Whether the parser wants more.
  private static func drain(_ parser: inout RequestParser, _ lines: inout [String], _ body: inout [UInt8]) -> Bool {
    while true {
      do {
        switch try parser.next() {
        case .body(let chunk): body += chunk
        case .needMoreData: return true
        case .head(let head): lines.append(text(head))
        case .end(let trailers):
          flush(&body, &lines)
          lines.append((["end"] + trailers.map { "\($0.name)=\($0.value)" }).joined(separator: " "))
        case .connectionClosed:
          lines.append("closed")
          return false
        }
      } catch {
        flush(&body, &lines)
        lines.append("\(error.suggestedStatus.code) \(error)")
        return false
      }
    }
  }

  private static func flush(_ body: inout [UInt8], _ lines: inout [String]) {
    if !body.isEmpty { lines.append("body " + String(decoding: body, as: UTF8.self)) }
    body = []
  }

  private static func text(_ head: RequestHead) -> String {
    let framing =
      switch head.framing {
      case .none: "none"
      case .length(let length): "length=\(length)"
      case .chunked: "chunked"
      }
    let flags = (head.keepsAlive ? " keep-alive" : " close") + (head.expectsContinue ? " expect" : "")
    let fields = head.request.headerFields.map { " \($0.name)=\($0.value)" }.joined()
    return "\(head.request.method) \(head.request.authority ?? "-")\(head.target.received) \(head.version.minor) "
      + framing + flags + fields
  }
}
