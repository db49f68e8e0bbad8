/// What a child says in one line of its standard output.
enum ChildMessage: Equatable, Sendable {
  case stage(String, progress: Double, secondsLeft: Double?)
  /// With all of its members.
  case epoch([String: JSONValue])
  case log(String)
  /// A version is in the repository; the child may go on.
  case published(Job.Model)
  /// The last line. A search that was given no name has made no model.
  case done(Job.Model?, report: JSONValue)

  /// Reads a line of `convserve adapt`, `convserve train` or `convserve search`; nil where it is none.
  init?(_ line: [UInt8]) {
    guard let value = try? JSONValue(parsing: line), case .object(let members) = value else { return nil }
    switch members["type"]?.string {
    case "stage": self.init(stage: members)
    case "epoch": self = .epoch(members)
    case "log": self.init(log: members)
    case "published": self.init(published: members)
    case "done": self.init(done: members, report: members["report"])
    case nil where members["event"] != nil: self.init(searching: members)
    case nil: self.init(training: members)
    default: return nil
    }
  }

  /// `train` came before the others, and names no types.
  private init?(training members: [String: JSONValue]) {
    if members["done"] == .bool(true) {
      var results = members
      results["done"] = nil
      self.init(done: members, report: .object(results))
    } else if members["epoch"]?.int != nil {
      self = .epoch(members)
    } else {
      return nil
    }
  }

  /// `search` tells of many trials at once: a part of one that begins is a step of the whole, an epoch has the trial's number.
  private init?(searching members: [String: JSONValue]) {
    let progress = ["progress": members["progress"], "seconds_left": members["seconds_left"]].compactMapValues(\.self)
    switch members["event"]?.string {
    case "began", "run": self.init(stage: progress.merging(["stage": .string("search")]) { $1 })
    case "trial":
      guard let trial = members["trial"], case .object(let line)? = members["line"] else { return nil }
      guard line["event"] == .string("epoch") else {
        self.init(stage: progress.merging(["stage": .string("search")]) { $1 })
        return
      }
      self = .epoch(line.filter { $0.key != "event" }.merging(progress.merging(["trial": trial]) { $1 }) { $1 })
    case "result": self.init(log: members)
    case "done":
      let model = members["model"].flatMap(Job.Model.init)
      self = .done(model, report: .object(members.filter { ["best", "test"].contains($0.key) }))
    default: return nil
    }
  }

  private init?(stage members: [String: JSONValue]) {
    guard let name = members["stage"]?.string, let progress = members["progress"]?.double else { return nil }
    self = .stage(
      String(name.prefix(100)), progress: min(max(progress, 0), 1), secondsLeft: members["seconds_left"]?.double)
  }

  private init?(log members: [String: JSONValue]) {
    guard let message = members["message"]?.string else { return nil }
    self = .log(message)
  }

  private init?(published members: [String: JSONValue]) {
    guard let model = members["model"].flatMap(Job.Model.init) else { return nil }
    self = .published(model)
  }

  private init?(done members: [String: JSONValue], report: JSONValue?) {
    guard let model = members["model"].flatMap(Job.Model.init), let report else { return nil }
    self = .done(model, report: report)
  }
}

extension Job.Model {
  /// Versions are numbers to `train` and text to the others.
  fileprivate init?(_ value: JSONValue) {
    guard let name = value["name"]?.string, let version = value["version"] else { return nil }
    guard let text = version.string ?? version.int.map(String.init) else { return nil }
    self.init(name: name, version: text)
  }
}
