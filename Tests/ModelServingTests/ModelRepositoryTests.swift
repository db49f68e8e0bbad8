import Architectures
import Foundation
import TestSupport
import Testing

@testable import ModelServing

@Suite("Model repository")
struct ModelRepositoryTests {
  private let folder: TemporaryFolder
  private let model: URL

  /// A repository with one good model, `cifar`, for tests to spoil.
  init() throws {
    folder = try TemporaryFolder()
    model = folder.repository.directory.appendingPathComponent("cifar", isDirectory: true)
    try folder.copy(Checkout.model, to: "models/cifar")
  }

  /// What opening the model says.
  private func failure() -> String {
    do {
      _ = try folder.repository.package(named: "cifar")
      return "no error"
    } catch let error as ModelLoadingError {
      return error.reason
    } catch {
      return "\(error)"
    }
  }

  private func replaceInManifest(_ old: String, _ new: String) throws {
    let file = model.appendingPathComponent("1/model.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(old))
    try Data(text.replacing(old, with: new).utf8).write(to: file)
  }

  @Test("A good model opens with its manifest, network, weights and labels")
  func good() throws {
    let package = try folder.repository.package(named: "cifar")
    #expect(package.name == "cifar")
    #expect(package.version == 1)
    #expect(package.contents.provenance.publication?.title == "ResNet-8")
    #expect(package.contents.labels.map(\.name).prefix(3) == ["airplane", "automobile", "bird"])
    #expect(try folder.repository.modelNames() == ["cifar"])
  }

  @Test("A file that is a link out of the model's folder is refused", arguments: ["labels.txt", "model.json"])
  func linkedFile(name: String) throws {
    let file = model.appendingPathComponent("1/\(name)")
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createSymbolicLink(
      at: file, withDestinationURL: URL(fileURLWithPath: "/etc/passwd"))
    #expect(failure().contains("\(name) is a link to /etc/passwd, outside of the model's folder"))
  }

  @Test("A version that is a link to another model is refused")
  func linkedVersion() throws {
    try FileManager.default.createSymbolicLink(
      at: model.appendingPathComponent("2"), withDestinationURL: Fixtures.version)
    let (package, unusable) = try folder.repository.usablePackage(named: "cifar")
    #expect(package.version == 1)
    #expect(unusable.map(\.version) == [2])
    #expect(unusable[0].reason.contains("outside of the model's folder"))
  }

  @Test("A model's folder may be a link, and its files links within it")
  func linkedModel() throws {
    let repository = folder.repository.directory
    try FileManager.default.createSymbolicLink(
      at: repository.appendingPathComponent("linked"), withDestinationURL: model)
    let labels = model.appendingPathComponent("1/labels.txt")
    try FileManager.default.moveItem(at: labels, to: model.appendingPathComponent("names"))
    try FileManager.default.createSymbolicLink(
      at: labels, withDestinationURL: model.appendingPathComponent("names"))
    #expect(try folder.repository.package(named: "linked").contents.labels.count == 10)
  }

  @Test("The newest version is the one with the highest number, not the last by letters")
  func newestVersion() throws {
    for version in ["9", "10"] {
      try FileManager.default.copyItem(at: Fixtures.version, to: model.appendingPathComponent(version))
    }
    #expect(try folder.repository.versions(of: "cifar") == [1, 9, 10])
    #expect(try folder.repository.package(named: "cifar").version == 10)
  }

  @Test("Folders that are no version are passed over", arguments: ["v2", "latest", "02", "+2", "-2", "0", "2.0"])
  func noVersion(name: String) throws {
    try FileManager.default.copyItem(at: Fixtures.version, to: model.appendingPathComponent(name))
    #expect(try folder.repository.versions(of: "cifar") == [1])
    try FileManager.default.removeItem(at: model.appendingPathComponent("1"))
    #expect(
      failure() == "\(model.path) holds no version: a model lies in NAME/VERSION/, VERSION being a whole number "
        + "such as 1, not \(name)")
  }

  @Test("An unknown model is refused with those that are there")
  func unknownModel() {
    #expect(throws: ModelRepositoryError.unknownModel(name: "imagenet", known: ["cifar"])) {
      try folder.repository.package(named: "imagenet")
    }
  }

  @Test(
    "Names that are no plain file name are refused",
    arguments: [
      "..", "../models/cifar", "/etc", ".hidden", "", "a/b", "a\u{0}b", "naïve", String(repeating: "a", count: 101),
    ])
  func pathTraversal(name: String) {
    #expect(throws: ModelRepositoryError.unacceptableName(name)) { try folder.repository.package(named: name) }
    #expect(throws: ModelRepositoryError.unacceptableName(name)) { try folder.repository.versions(of: name) }
  }

  @Test("A missing or an empty directory of models is told from one another")
  func noModels() throws {
    let missing = ModelRepository(path: folder.url.appendingPathComponent("nowhere").path)
    #expect(throws: ModelRepositoryError.noDirectory(path: missing.directory.path)) { try missing.modelNames() }
    try FileManager.default.removeItem(at: model)
    #expect(throws: ModelRepositoryError.noModels(path: folder.repository.directory.path)) {
      try folder.repository.modelNames()
    }
  }

  @Test("A missing file is named", arguments: ["model.json", "labels.txt", "weights.safetensors"])
  func missingFile(name: String) throws {
    let file = model.appendingPathComponent("1").appendingPathComponent(name)
    try FileManager.default.removeItem(at: file)
    #expect(failure().hasPrefix("cannot read \(file.path): "))
    #expect(failure().contains("No such file or directory"))
  }

  @Test(
    "A manifest that is wrong is refused by file and field",
    arguments: [
      ("\"architecture\"", "\"archtecture\"", "the field architecture is missing"),
      ("\"resnet8\"", "8", "the field architecture has the wrong type"),
      ("\"resnet8\"", "\"resnet9\"", "no architecture is named \"resnet9\""),
      ("\"num_classes\" : 10", "\"num_classes\" : \"ten\"", "the field num_classes has the wrong type"),
      (
        "\"num_classes\" : 10", "\"num_classes\" : 11",
        "labels.txt: holds 10 labels, but model.json says num_classes 11"
      ),
      ("\"num_classes\" : 10", "\"num_classes\" : 0", "0"),
      ("\"stretch\" : 32", "\"stretch\" : 64", "preprocessing makes inputs of shape [3, 64, 64], but input_shape is"),
      ("\"scale\" : 1", "\"scael\" : 1", "\"scael\" is unknown"),
      ("\"bilinear\"", "\"nearest\"", "bilinear or bicubic"),
      ("{", "", "not valid JSON"),
    ])
  func wrongManifest(old: String, new: String, message: String) throws {
    try replaceInManifest(old, new)
    #expect(failure().contains(message), "\(failure())")
  }

  @Test("A number of labels that does not fit is refused with both numbers")
  func labelCount() throws {
    let labels = model.appendingPathComponent("1/labels.txt")
    try Data("cat\ndog\n".utf8).write(to: labels)
    #expect(failure() == "\(labels.path): holds 2 labels, but model.json says num_classes 10")
  }

  @Test("Labels are names, or an id, a tab and a name; blank lines and CRLF do no harm")
  func labelFile() {
    let labels = LabelFile.parse("tench\r\nn02124075\tEgyptian cat\n\n white shark \n")
    #expect(labels == [.init(name: "tench"), .init(id: "n02124075", name: "Egyptian cat"), .init(name: "white shark")])
    #expect(LabelFile.parse(LabelFile.format(labels)) == labels)
  }

  @Test("The highest version that can be used is taken, with what is wrong with those above it")
  func usableVersion() throws {
    try FileManager.default.copyItem(at: Fixtures.version, to: model.appendingPathComponent("2"))
    try folder.write("{}", to: "models/cifar/3/model.json")
    try FileManager.default.copyItem(at: Fixtures.version, to: model.appendingPathComponent("4"))
    let weights = model.appendingPathComponent("4/weights.safetensors")
    try Data(contentsOf: weights).prefix(9_000).write(to: weights)
    let (package, unusable) = try folder.repository.usablePackage(named: "cifar")
    #expect(package.version == 2)
    #expect(unusable.map(\.version) == [4, 3])
    #expect("\(unusable[1])".hasPrefix("version 3 of model cifar cannot be loaded: cannot read "))
    let found = try folder.repository.inspect()
    #expect(found.map(\.version) == [4, 3, 2, 1])
    #expect(found.map { $0.error == nil } == [false, false, true, true])
  }

  @Test(
    "A fingerprint tells files that were replaced, written to, cut short or taken away from those that were not",
    arguments: ["model.json", "weights.safetensors", "labels.txt"])
  func fingerprint(name: String) throws {
    let repository = folder.repository
    let file = model.appendingPathComponent("1/\(name)")
    func contents() throws -> RepositoryContents { try repository.contents() }
    let first = try contents()
    #expect(try contents() == first)
    try folder.write("another file", to: "models/cifar/1/NOTES")
    #expect(try contents() == first)
    let data = try Data(contentsOf: file)
    try data.write(to: file, options: .atomic)
    let replaced = try contents()
    #expect(replaced != first)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: 3)
    let cut = try contents()
    #expect(cut != replaced)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
    let touched = try contents()
    #expect(touched != cut)
    try FileManager.default.removeItem(at: file)
    #expect(try contents() != touched)
  }

  @Test("Folders whose names no model can have are told, hidden ones are not")
  func foldersWithoutModelName() throws {
    for name in ["my model", "vögel", ".training"] {
      let path = folder.repository.directory.appendingPathComponent(name, isDirectory: true)
      try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    }
    #expect(folder.repository.foldersWithoutModelName() == ["my model", "vögel"])
    #expect(try folder.repository.modelNames() == ["cifar"])
  }

  @Test("What a copy of a file holds does not change with the file")
  func fileCopy() throws {
    let file = model.appendingPathComponent("1/weights.safetensors")
    let data = try Data(contentsOf: file)
    let copy = try FileCopy(path: file.path)
    try FileHandle(forWritingTo: file).truncate(atOffset: 0)
    #expect(copy.withUnsafeBytes { Data($0) } == data)
    #expect(try FileCopy(path: file.path).withUnsafeBytes { $0.count } == 0)
    #expect(throws: UnreadableFile(path: model.path, reason: "not a regular file")) { try FileCopy(path: model.path) }
    let pipe = folder.url.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: UnreadableFile(path: pipe, reason: "not a regular file")) { try FileCopy(path: pipe) }
    #expect(throws: UnreadableFile(path: "/nope", reason: "No such file or directory")) { try FileCopy(path: "/nope") }
  }
}
