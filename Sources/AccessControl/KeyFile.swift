import Foundation
import Glibc

/// A file of keys, one a line: name, scopes, end, digest. Lines that begin with `#`, and empty ones, are passed over.
///
/// ```
/// camera-7 infer never sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
/// grafana inspect,admin 2027-01-31T00:00:00Z sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
/// ```
public struct KeyFile: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Reads all keys.
  ///
  /// - Throws: `KeyFileError` for a file that is missing, that others may write, or with the first line that is wrong.
  public func load() throws(KeyFileError) -> [APIKey] {
    try Self.parse(try text(), path: path)
  }

  /// All that is wrong with the file, line by line.
  public func faults() -> [KeyFileError] {
    do throws(KeyFileError) {
      return Self.read(try text(), path: path).faults
    } catch {
      return [error]
    }
  }

  /// Adds a key; makes the file, for its owner alone, where there is none.
  public func add(_ key: APIKey) throws {
    try alone {
      let exists = access(path, F_OK) == 0
      let old = exists ? try text() : Self.heading
      guard try !Self.parse(old, path: path).contains(where: { $0.name == key.name }) else {
        throw APIKeyError.nameTaken(key.name)
      }
      let lineEnd = old.contains("\r\n") ? "\r\n" : "\n"
      let separator = old.isEmpty || old.last!.isNewline ? "" : lineEnd
      try write(old + separator + Self.line(key) + lineEnd)
    }
  }

  /// Takes a key out; comments and the other keys stay as they are.
  public func remove(named name: String) throws {
    try alone {
      let lines = Self.lines(try text())
      let left = lines.filter { $0.split(separator: " ").first.map(String.init) != name }
      guard left.count < lines.count, !name.hasPrefix("#") else {
        throw APIKeyError.unknownName(name, known: try load().map(\.name))
      }
      try write(left.joined())
    }
  }

  /// Each with its end, whatever that is: a carriage return with its line feed is one character.
  private static func lines(_ text: String) -> [Substring] {
    var lines: [Substring] = []
    var rest = text[...]
    while let end = rest.firstIndex(where: \.isNewline) {
      lines.append(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    return rest.isEmpty ? lines : lines + [rest]
  }

  /// The file itself, where the path is a link.
  private var target: URL { URL(fileURLWithPath: path).resolvingSymlinksInPath() }

  /// Lets one program at a time change the files of a folder, lest one undo what another one has done.
  private func alone(_ body: () throws -> Void) throws {
    let folder = open(target.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw KeyFileError.unwritable(path: path, reason: String(cString: strerror(errno))) }
    defer { close(folder) }
    flock(folder, LOCK_EX)
    try body()
  }

  private static let heading = "# API keys of ConvServe: name, scopes, end, digest. Made by `convserve keys add`.\n"

  private func text() throws(KeyFileError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      let hint = errno == ENOENT ? "; `convserve keys add NAME --api-keys \(path)` makes the file" : ""
      throw .unreadable(path: path, reason: reason + hint)
    }
    // Whoever can write the file can let himself in. Digests are no secret, so reading is not looked at.
    guard status.st_mode & S_IWOTH == 0 else { throw .writableByOthers(path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is no file") }
    guard access(path, R_OK) == 0, let bytes = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Replaces the file in one step, so that a server that reads it at this moment sees the old one or the new one. A link
  /// goes on to lead to the file; owner and mode stay.
  private func write(_ text: String) throws(KeyFileError) {
    let target = target.path
    let staging = target + ".new-\(getpid())"
    var status = stat()
    let exists = stat(target, &status) == 0
    let isWritten =
      FileManager.default.createFile(
        atPath: staging, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
      && (!exists || keep(status, of: staging)) && rename(staging, target) == 0
    guard isWritten else {
      let reason = String(cString: strerror(errno))
      unlink(staging)
      throw .unwritable(path: path, reason: reason)
    }
  }

  /// Gives a new file the owner, the group and the mode of the one that it replaces.
  private func keep(_ status: stat, of staging: String) -> Bool {
    var new = stat()
    guard stat(staging, &new) == 0 else { return false }
    let isTheirs = new.st_uid == status.st_uid && new.st_gid == status.st_gid
    return (isTheirs || chown(staging, status.st_uid, status.st_gid) == 0)
      && chmod(staging, status.st_mode & 0o777) == 0
  }
}

extension KeyFile {
  static func parse(_ text: String, path: String) throws(KeyFileError) -> [APIKey] {
    let (keys, faults) = read(text, path: path)
    if let first = faults.first { throw first }
    return keys
  }

  private static func read(_ text: String, path: String) -> (keys: [APIKey], faults: [KeyFileError]) {
    var keys: [APIKey] = []
    var faults: [KeyFileError] = []
    for (index, line) in lines(text).enumerated() {
      let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let key = key(line) else {
        faults.append(.malformed(path: path, line: index + 1))
        continue
      }
      if keys.contains(where: { $0.name == key.name }) {
        faults.append(.repeatedName(path: path, line: index + 1, name: key.name))
      }
      keys.append(key)
    }
    return (keys, faults)
  }

  private static func key(_ line: String) -> APIKey? {
    let fields = line.split(separator: " ")
    let scopes = fields.count == 4 ? fields[1].split(separator: ",").map { Scope(rawValue: String($0)) } : []
    guard fields.count == 4, scopes.allSatisfy({ $0 != nil }), fields[3].hasPrefix("sha256:"),
      let digest = KeyDigest(hexadecimal: fields[3].dropFirst("sha256:".count))
    else { return nil }
    let expires = fields[2] == "never" ? nil : Date(momentOrDay: String(fields[2]))
    guard fields[2] == "never" || expires != nil else { return nil }
    return try? APIKey(name: String(fields[0]), scopes: Set(scopes.map { $0! }), expires: expires, digest: digest)
  }

  static func line(_ key: APIKey) -> String {
    let scopes = Scope.allCases.filter(key.scopes.contains).map(\.rawValue).joined(separator: ",")
    return "\(key.name) \(scopes) \(key.expires?.ISO8601Format() ?? "never") sha256:\(key.digest.hexadecimal)"
  }
}

/// A file of keys that cannot be used.
public enum KeyFileError: Error, Hashable, Sendable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case writableByOthers(path: String)
  case malformed(path: String, line: Int)
  case repeatedName(path: String, line: Int, name: String)
}

extension KeyFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot read the API keys in \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .writableByOthers(let path):
      "\(path) may be written by everybody, who could then add keys; take that away with chmod o-w \(path)"
    case .malformed(let path, let line):
      "\(path), line \(line): expected NAME SCOPES END sha256:DIGEST, END being never or such as 2027-01-31T00:00:00Z"
    case .repeatedName(let path, let line, let name): "\(path), line \(line): there are two keys named \(name)"
    }
  }
}
