import Foundation
import Jobs
import ModelServing

/// The one folder that a search writes.
public struct SearchFolder: Sendable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// What was asked for.
  public var definition: URL { url.appendingPathComponent("search.json") }
  public var log: URL { url.appendingPathComponent(DecisionLog.fileName) }

  /// The report for people.
  public var page: URL { url.appendingPathComponent(SearchReport.pageFileName) }

  public func trial(_ number: Int) -> URL {
    let digits = String(number)
    let name = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return url.appendingPathComponent("trials", isDirectory: true).appendingPathComponent(name, isDirectory: true)
  }

  public func spec(_ number: Int) -> URL { trial(number).appendingPathComponent("spec.json") }
  func result(_ number: Int) -> URL { trial(number).appendingPathComponent("result.json") }

  /// - Throws: `UnwritableFile`.
  public func write(_ text: String, to file: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw UnwritableFile(path: file.path, reason: describe(error))
    }
  }
}

/// `search.json`: all that decides about what a search gives.
public struct SearchIdentity: Codable, Hashable, Sendable {
  /// The search's file, with the command line's changes.
  public var search: JSONValue
  /// As `train --data`.
  public var data: String
  /// Names the program that computes.
  public var build: String
  public var kernels: String

  public init(search: JSONValue, data: String, build: String, kernels: String) {
    (self.search, self.data, self.build, self.kernels) = (search, data, build, kernels)
  }

  /// What differs from the search that a folder holds, a line for each.
  func differences(from kept: SearchIdentity) -> [String] {
    let (mine, others) = (search.members ?? [:], kept.search.members ?? [:])
    let members = Set(mine.keys).union(others.keys).sorted().compactMap { name in
      mine[name] == others[name] ? nil : Self.line(name, others[name]?.shortText, mine[name]?.shortText)
    }
    let rest: [(String, String, String)] = [
      ("data", kept.data, data), ("program", kept.build, build), ("kernels", kept.kernels, kernels),
    ]
    return members + rest.compactMap { name, there, here in there == here ? nil : Self.line(name, there, here) }
  }

  private static func line(_ name: String, _ kept: String?, _ asked: String?) -> String {
    "\(name): \(kept ?? "nothing") in the folder, \(asked ?? "nothing") now"
  }
}
