import Adaptation
import Archives
import ArgumentParser
import Foundation
import Jobs
import ServerAPI

struct CreateJob: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Has a model made of photos that were uploaded.",
    discussion: """
      With --base their features are learned from; with --architecture a network is trained from nothing; with --space many \
      settings of training are tried, and the best trial becomes the model where a name is given.
      """)

  @OptionGroup var connection: ServerConnection

  @Option(name: .long, help: "Id of the photos, as upload prints it.")
  var dataset: String

  @Option(name: .long, help: "Name of the model to be made; a search makes none without it.")
  var name: String?

  @Option(name: .long, help: "The model whose features are used.")
  var base: String?

  @Option(name: .long, help: "The network that is trained from nothing.")
  var architecture: String?

  @Option(
    name: .long, help: "What is tried, YAML or JSON as `convserve search` reads it.",
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var space: String?

  @Option(name: .long, help: "From which all that is drawn follows.")
  var seed: UInt64?

  @Flag(name: .long, help: "Upper layers are trained too, where that helps.")
  var fineTune = false

  @Flag(name: .long, help: "Adds a version to whatever model has the name.")
  var newVersion = false

  @Option(name: .long, help: "Input of the network, such as 3x32x32.")
  var input: InputShape?

  @Option(name: .long, help: "How often each photo is learned from.")
  var epochs: Int?

  @Option(name: .long, help: "Photos of a step.")
  var batchSize: Int?

  @Option(name: .long, help: "The greatest rate of the schedule.")
  var learningRate: Double?

  @Flag(name: .long, help: "Follows the job to its end.")
  var watch = false

  func validate() throws {
    guard [base, architecture, space].compactMap(\.self).count == 1 else {
      throw ValidationError(
        "give one of --base MODEL, to adapt it, --architecture NAME, to train it from nothing, and --space FILE, to "
          + "search")
    }
    guard name != nil || space != nil else { throw ValidationError("give the model a name with --name") }
  }

  func run() throws {
    let body = JobBody(
      kind: space != nil ? "search" : base == nil ? "train" : "adapt", dataset: dataset, name: name, base: base,
      architecture: architecture,
      seed: seed, fineTune: fineTune ? true : nil, newVersion: newVersion ? true : nil, input: input?.dimensions,
      epochs: epochs, batchSize: batchSize, learningRate: learningRate, space: try space.map(YAMLFile.value))
    let answer = try ask(body)
    let job = try RemoteJob(json: answer)
    if !watch || !connection.json { try connection.print(answer) { _ in job.words } }
    if watch { try convserve.watch(job.id, connection) }
  }

  private func ask(_ body: JobBody) throws -> [UInt8] {
    do {
      return try connection.client.ask(
        ClientRequest(method: "POST", path: "/v1/jobs", body: .json(encodedJSON(body))))
    } catch ClientError.refused(let status, let title, let detail) {
      throw ClientError.refused(status: status, title: title, detail: JobBody.withOptions(detail))
    }
  }
}

/// The body of `POST /v1/jobs`.
struct JobBody: Encodable {
  let kind: String
  let dataset: String
  let name: String?
  let base: String?
  let architecture: String?
  let seed: UInt64?
  let fineTune: Bool?
  let newVersion: Bool?
  let input: [Int]?
  let epochs: Int?
  let batchSize: Int?
  let learningRate: Double?
  let space: JSONValue?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, dataset, name, base, architecture, seed, input, epochs, space
    case fineTune = "fine_tune"
    case newVersion = "new_version"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"

    /// Its option here; a kind follows from the others.
    fileprivate var option: String? { self == .kind ? nil : "--" + rawValue.replacing("_", with: "-") }
  }

  /// What a server says about members of the body, with their options in the place of the members' names.
  static func withOptions(_ detail: String) -> String {
    CodingKeys.allCases.reduce(detail) { text, key in
      guard let option = key.option else { return text }
      let member = "\"\(key.rawValue)\""
      let start = text.hasPrefix(member + " ") ? option + text.dropFirst(member.count) : text
      return start.replacing("set \(member)", with: "give \(option)")
    }
  }
}

struct UploadDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload", abstract: "Sends photos to a server: a folder of class folders, or an archive of one.",
    discussion: "The folder may be of any shape that adapt takes; archives are \(ArchiveFormat.accepted).")

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The folder or archive.", completion: .file()) var path: String

  func run() throws {
    let url = URL(fileURLWithPath: path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw ValidationError("there is no \(path)")
    }
    var request = ClientRequest(
      method: "POST", path: "/v1/datasets", body: isDirectory.boolValue ? try Self.form(url) : try Self.archive(url))
    // Unpacking and looking at many photos takes its time.
    request.patience = 0
    let answer = try connection.client.ask(request)
    try connection.print(answer) { try RemoteDataset(json: $0).words }
  }

  private static func form(_ folder: URL) throws -> ClientRequest.Body {
    let form = try PhotoForm(folder: folder)
    let line = ProgressLine()
    return .stream(type: form.contentType, length: form.length) { sink in
      try form.send(line.counting(form.length, sink))
      line.finish()
    }
  }

  private static func archive(_ file: URL) throws -> ClientRequest.Body {
    let handle = try FileHandle(forReadingFrom: file)
    let length = Int(try handle.seekToEnd())
    try handle.seek(toOffset: 0)
    let line = ProgressLine()
    // What it is, the server sees.
    return .stream(type: "application/octet-stream", length: length) { sink in
      let counted = line.counting(length, sink)
      while let piece = try handle.read(upToCount: 256 << 10), !piece.isEmpty { try counted([UInt8](piece)) }
      line.finish()
    }
  }
}

/// A dataset as far as the command line shows it.
struct RemoteDataset: Decodable {
  struct Class: Decodable {
    let name: String
    let images: Int
  }

  let id: String
  let images: Int
  let classes: [Class]
  let audit: DataAudit?
  let ignoredFiles: Notes?
  let renamedFiles: Notes?

  /// Files of which something is to be said.
  struct Notes: Decodable {
    let count: Int
    let examples: [String]

    func line(_ participle: String) -> [String] {
      guard count > 0 else { return [] }
      let rest = count - examples.count
      return ["\(participle): " + examples.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")]
    }
  }

  enum CodingKeys: String, CodingKey {
    case id, images, classes, audit
    case ignoredFiles = "ignored_files"
    case renamedFiles = "renamed_files"
  }

  init(json: Data) throws { self = try JSONDecoder().decode(RemoteDataset.self, from: json) }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    id = try members.decode(String.self, forKey: .id)
    images = try members.decode(Int.self, forKey: .images)
    classes = try members.decode([Class].self, forKey: .classes)
    // A server of another version may have found what this program has no words for.
    audit = try? members.decode(DataAudit.self, forKey: .audit)
    ignoredFiles = try members.decodeIfPresent(Notes.self, forKey: .ignoredFiles)
    renamedFiles = try members.decodeIfPresent(Notes.self, forKey: .renamedFiles)
  }

  var words: String {
    let counts = classes.map { "\($0.name) (\($0.images))" }.joined(separator: ", ")
    let notes = (ignoredFiles?.line("Left out") ?? []) + (renamedFiles?.line("Renamed") ?? [])
    return (["\(id): \(images) photos: \(counts)"] + (audit?.lines() ?? []) + notes).joined(separator: "\n")
  }
}

/// Asks something of a job.
protocol JobControl: ParsableCommand {
  var connection: ServerConnection { get }
  var id: RemoteID { get }
  static var verb: String { get }
}

extension JobControl {
  mutating func run() throws {
    let answer = try connection.client.ask(
      ClientRequest(method: "POST", path: "/v1/jobs/\(id.text)/\(Self.verb)"))
    try connection.print(answer) { try RemoteJob(json: $0).words }
  }
}

struct PauseJob: JobControl {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Has a job keep what it has done, and stop.")
  static let verb = "pause"

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id.") var id: RemoteID
}

struct ResumeJob: JobControl {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Has a job that was paused go on.")
  static let verb = "resume"

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id.") var id: RemoteID
}

struct CancelJob: JobControl {
  static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Ends a job for good.")
  static let verb = "cancel"

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id.") var id: RemoteID
}

struct DeleteJob: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Forgets a job that is over, or takes photos away; models stay.")

  @OptionGroup var connection: ServerConnection
  @Argument(help: "The job's id, or with --dataset that of photos.") var id: RemoteID

  @Flag(name: .long, help: "Takes photos away.")
  var dataset = false

  func run() throws {
    let path = "/v1/\(dataset ? "datasets" : "jobs")/\(id.text)"
    _ = try connection.client.ask(ClientRequest(method: "DELETE", path: path))
  }
}
