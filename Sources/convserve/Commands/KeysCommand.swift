import AccessControl
import ArgumentParser
import Foundation
import HTTPCore
import NetworkAnalysis

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Makes, lists and removes the API keys of a server.",
    discussion: """
      A server with --api-keys FILE takes requests with `Authorization: Bearer KEY` or `X-API-Key: KEY`. The file holds \
      digests only. A running server reads it again at SIGHUP.
      """,
    subcommands: [AddKey.self, ListKeys.self, RemoveKey.self])
}

/// `--api-keys FILE`, which means the same in every command.
struct KeyFileOption: ParsableArguments {
  @Option(name: .long, help: "File of API keys. Environment: CONVSERVE_API_KEYS.", completion: .file())
  var apiKeys: String?

  func validate() throws { _ = try file }

  var file: KeyFile {
    get throws {
      let settings = Settings(environment: ProcessInfo.processInfo.environment)
      let path = settings.value("api-keys", apiKeys, whenEmpty: "is empty; it names the file of API keys")
      if let path { return KeyFile(path: path.value) }
      throw ValidationError(
        settings.errors.first?.description ?? "name the file of API keys with --api-keys FILE")
    }
  }
}

private struct AddKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Makes a key and prints it, once: only its digest is kept.")

  @Argument(help: "What logs and limits call it: letters, digits, \".\", \"_\", \"-\" and \"@\".")
  var name: String

  @Option(
    name: .long,
    help: """
      What it allows, separated by commas: infer (classify), inspect (read), train (datasets and jobs), admin (operate).
      """)
  var scopes = "infer"

  @Option(
    name: .long,
    help: "When it ends: a date such as 2027-01-31 (its 00:00 UTC), a moment, or a number of days such as 90d.")
  var expires: String?

  @OptionGroup var option: KeyFileOption

  func validate() throws {
    _ = try scopeSet()
    _ = try expires.map(moment)
  }

  func run() throws {
    let (key, secret) = try APIKey.generate(name: name, scopes: try scopeSet(), expires: try expires.map(moment))
    // A pipe whose reader is gone has to be told from one that takes the key.
    signal(SIGPIPE, SIG_IGN)
    try option.file.add(key)
    do {
      try Terminal.write(secret + "\n")
    } catch {
      // Nobody knows the key, so nobody could use it; its name would be taken all the same.
      try option.file.remove(named: name)
      throw error
    }
  }

  private func scopeSet() throws -> Set<Scope> {
    let scopes = scopes.split(separator: ",").map { ($0, Scope(rawValue: String($0))) }
    if let unknown = scopes.first(where: { $0.1 == nil }) {
      throw ValidationError(
        "there is no scope \"\(unknown.0)\"; there are \(Scope.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return Set(scopes.compactMap(\.1))
  }

  /// Dates begin in UTC.
  private func moment(_ text: String) throws -> Date {
    guard let date = Self.end(inDays: text) ?? Date(momentOrDay: text) else {
      throw ValidationError("--expires takes 2027-01-31, 2027-01-31T12:00:00Z or 90d, not \"\(text)\"")
    }
    guard date > Date() else {
      let meaning = text.contains("T") ? "" : "; a date stands for 00:00 UTC of its day"
      throw ValidationError("--expires \(text) is over already\(meaning)")
    }
    return date
  }

  /// Nil for anything but a number of days such as `90d`.
  private static func end(inDays text: String) -> Date? {
    guard text.hasSuffix("d"), let days = DecimalNumber.whole(text.dropLast()), (1...36_500).contains(days) else {
      return nil
    }
    return Date().addingTimeInterval(Double(days) * 86_400)
  }
}

private struct ListKeys: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists names, scopes and ends; keys themselves are kept nowhere.")

  @OptionGroup var option: KeyFileOption
  @OptionGroup var output: ReportOutput

  func run() throws {
    try output.print(KeyList(keys: option.file.load().map(KeyList.Row.init)))
  }
}

private struct RemoveKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Takes a key out of the file; a running server has to be told by SIGHUP.")

  @Argument(help: "The key's name.")
  var name: String

  @OptionGroup var option: KeyFileOption

  func run() throws {
    try option.file.remove(named: name)
  }
}

/// The table that `keys list` prints.
private struct KeyList: Report, Encodable {
  struct Row: Encodable {
    let name: String
    let scopes: [String]
    let expires: String?
    let hasExpired: Bool

    enum CodingKeys: String, CodingKey {
      case name, scopes, expires
      case hasExpired = "expired"
    }

    init(_ key: APIKey) {
      name = key.name
      scopes = Scope.allCases.filter(key.scopes.contains).map(\.rawValue)
      expires = key.expires?.ISO8601Format()
      hasExpired = key.hasExpired(at: Date())
    }
  }

  let keys: [Row]

  enum CodingKeys: String, CodingKey {
    case keys
  }

  var sections: [ReportSection] {
    let columns: [Table.Column] = [
      .init("name", "name", .left), .init("scopes", "scopes", .left), .init("ends", "expires", .left),
    ]
    let rows = keys.map { key in
      [key.name, key.scopes.joined(separator: ","), (key.expires ?? "never") + (key.hasExpired ? " (over)" : "")]
        .map { Table.Cell($0) }
    }
    return [ReportSection(heading: "API keys", table: Table(columns: columns, rows: rows))]
  }
}
