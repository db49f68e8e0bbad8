/// Rows under named columns. A table can be written as text of limited width, as Markdown or as CSV.
public struct Table: Hashable, Sendable {
  /// The side of a column at which its values are aligned, in text and Markdown.
  public enum Alignment: Hashable, Sendable {
    /// Aligned left, for names.
    case left
    /// Aligned right, for numbers.
    case right
  }

  /// One column: its heading, and how it is written.
  public struct Column: Hashable, Sendable {
    /// Heading for people, in text and Markdown.
    public let title: String
    /// Heading for programs, in CSV: the name of the field in JSON.
    public let key: String
    /// Side at which values are aligned.
    public let alignment: Alignment
    /// Rank in which columns are left out where the text is too wide: the highest number first. Columns with 0 always
    /// stay.
    public let dispensability: Int
    /// Whether the column is written to CSV only.
    public let isForProgramsOnly: Bool

    /// A column for people and programs. Numbers are aligned right, which is the default.
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

  /// A value in two forms: for people (`25.56 M`) and for programs (`25557032`).
  public struct Cell: Hashable, Sendable {
    /// The form for people, in text and Markdown, without control characters.
    public let text: String
    /// The form for programs, in CSV, with all digits.
    public let exact: String

    /// A cell. Both forms are the same where `exact` is not given. Control characters in `text` become spaces, because
    /// names may come from files and must not reach a terminal as escape sequences.
    public init(_ text: String, exact: String? = nil) {
      // Names may come from files: a line break or escape sequence must not reach a terminal.
      self.text = text.isPlain ? text : String(text.unicodeScalars.map { $0.isControl ? " " : Character($0) })
      self.exact = exact ?? text
    }
  }

  /// The columns from left to right.
  public let columns: [Column]
  /// The rows from top to bottom. Each has as many cells as there are columns.
  public let rows: [[Cell]]

  /// Makes a table.
  ///
  /// - Precondition: every row has as many cells as there are columns.
  public init(columns: [Column], rows: [[Cell]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row does not fill the columns")
    self.columns = columns
    self.rows = rows
  }
}

extension String {
  /// Whether all characters are visible ASCII or spaces, as in nearly every cell. Unicode's properties need not be
  /// looked up then.
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
