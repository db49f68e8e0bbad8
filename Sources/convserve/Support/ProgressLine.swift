/// Progress on standard error: one line that is drawn over on a terminal, and a line for each that differs elsewhere.
final class ProgressLine {
  private var last = ""
  private let isTerminal = Terminal.errorIsTerminal

  func show(_ text: String) {
    guard text != last else { return }
    let padding = String(repeating: " ", count: max(0, last.count - text.count))
    Terminal.note(isTerminal ? "\r\(text)\(padding)" : text, terminator: isTerminal ? "" : "\n")
    last = text
  }

  /// A line that stays.
  func note(_ text: String) {
    finish()
    Terminal.note(text)
  }

  func finish() {
    if isTerminal, !last.isEmpty { Terminal.note("") }
    last = ""
  }

  /// Shows how much of a body has gone; on terminals alone.
  func counting(_ length: Int, _ sink: @escaping ClientRequest.Sink) -> ClientRequest.Sink {
    guard isTerminal, length > 0 else { return sink }
    var sent = 0
    return { piece in
      try sink(piece)
      sent += piece.count
      self.show("\(100 * sent / length) % of \(length >> 20) MB")
    }
  }
}
