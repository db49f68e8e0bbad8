/// Rows under named columns, as text that fits a width, as Markdown or as CSV.
public struct Table: Hashable, Sendable {
  public enum Alignment: Hashable, Sendable {
    case left
    case right
  }

  public struct Column: Hashable, Sendable {
    /// For people, in text and Markdown.
    public let title: String
    /// For programs, in CSV: the field's name in JSON.
    public let key: String
    public let alignment: Alignment
    /// Columns with the highest number are left out first where the width does not suffice; 0 stays.
    public let dispensability: Int
    /// Written to CSV only.
    public let isForProgramsOnly: Bool

    public init(
      _ title: String, _ key: String, _ alignment: Alignment = .right, dispensability: Int = 0,
      isForProgramsOnly: Bool = false
    ) {
      self.title = title
      self.key = key
      self.alignment = alignment
      self.dispensability = dispensability
      self.isForProgramsOnly = isForProgramsOnly
    }
  }

  /// A value as people read it (`25.56 M`) and as programs do (`25557032`).
  public struct Cell: Hashable, Sendable {
    public let text: String
    public let exact: String

    public init(_ text: String, exact: String? = nil) {
      // Names may come from files: a line break or escape sequence must not reach a terminal.
      self.text = text.isPlain ? text : String(text.unicodeScalars.map { $0.isControl ? " " : Character($0) })
      self.exact = exact ?? text
    }
  }

  public let columns: [Column]
  /// As many cells in each as there are columns.
  public let rows: [[Cell]]

  public init(columns: [Column], rows: [[Cell]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row does not fill the columns")
    self.columns = columns
    self.rows = rows
  }
}

extension String {
  /// Whether it is visible ASCII and spaces alone, as nearly every cell is: no property of Unicode need be looked up.
  fileprivate var isPlain: Bool { utf8.allSatisfy { (0x20..<0x7F).contains($0) } }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
