import Architectures
import Dispatch
import Foundation
import ImageInput
import InferenceRuntime
import NetworkGraph
import Synchronization
import TestSupport
import Testing
import WeightFormats

@testable import ModelServing

@Suite("Importing", .timeLimit(.minutes(5)))
struct ModelImporterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ file: URL, change: (inout ImportRequest) -> Void = { _ in }) throws -> ImportReport {
    var request = ImportRequest(file: file, architecture: "resnet8", modelName: "mine")
    change(&request)
    return try ModelImporter(repository: folder.repository).run(request)
  }

  private func failure(_ file: URL, change: (inout ImportRequest) -> Void = { _ in }) -> String {
    do {
      return "imported \(try run(file, change: change))"
    } catch {
      return "\(error)"
    }
  }

  /// The folder's models, those half written too.
  private var everythingInRepository: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: folder.repository.directory.path)) ?? []
  }

  static let files = [
    Checkout.weights.appendingPathComponent("resnet8_cifar10_zip.pth"),
    Checkout.weights.appendingPathComponent("resnet8_cifar10_legacy.pth"),
    Fixtures.version.appendingPathComponent("weights.safetensors"),
  ]

  @Test("ResNet-8 is the same model from every format", arguments: files)
  func formats(file: URL) async throws {
    let report = try run(file)
    #expect(report.model == "mine")
    #expect(report.numClasses == 10)
    // 78,666 values, of which batch normalisation's mean and variance of 240 channels are not trained.
    #expect(report.parameterCount == 78_666 - 2 * 240)
    let imported = try folder.repository.package(named: "mine")
    let original = try Fixtures.package()
    #expect(imported.contents.weights.mapValues(\.values) == original.contents.weights.mapValues(\.values))
    #expect(imported.contents.weights.mapValues(\.shape) == original.contents.weights.mapValues(\.shape))
    #expect(imported.manifest.preprocessing == original.manifest.preprocessing)
    #expect(imported.contents.labels == original.contents.labels)
    #expect(imported.manifest.source == "imported from \(file.lastPathComponent)")
    let model = try ServedModel(imported, configuration: .init(), decodePool: DecodePool(threadCount: 1))
    let photo = try Fixtures.image("photo.jpg")
    let expected = try await Fixtures.servedModel().classify([photo]).predictions[0].classes
    #expect(try await model.classify([photo]).predictions[0].classes == expected)
  }

  @Test("Labels, preprocessing, source and licence are the user's where given")
  func ownDescription() throws {
    let letters = "ABCDEFGHIJ".map(String.init)
    try folder.write(letters.joined(separator: "\n"), to: "letters.txt")
    try folder.write("no warranty", to: "terms.txt")
    try folder.write(
      #"{"resize": {"shorter_side": 36}, "crop": {"center": 32}, "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]}"#,
      to: "pixels.json")
    _ = try run(Self.files[0]) { request in
      request.labels = folder.url.appendingPathComponent("letters.txt")
      request.preprocessing = folder.url.appendingPathComponent("pixels.json")
      request.licenceFile = folder.url.appendingPathComponent("terms.txt")
      (request.source, request.licence) = ("a friend", "MIT")
    }
    let package = try folder.repository.package(named: "mine")
    #expect(package.contents.labels.map(\.name) == letters)
    #expect(package.manifest.preprocessing.crop == .center(.init(32)))
    #expect(package.manifest.source == "a friend")
    #expect(package.manifest.licence == "MIT")
    #expect(
      try String(contentsOf: package.directory.appendingPathComponent("LICENSE"), encoding: .utf8) == "no warranty")
  }

  @Test("Every misfit is reported at once, by name")
  func misfits() throws {
    var weights = try WeightFile.open(path: Self.files[2].path).tensors
    let names = weights.keys.sorted()
    weights[names[0]] = nil
    weights["extra.weight"] = WeightTensor(shape: [1], values: [0])
    weights[names[1]] = WeightTensor(shape: [1, 2], values: [0, 0])
    let file = folder.url.appendingPathComponent("spoilt.safetensors")
    try SafetensorsWriter.write(weights, metadata: [:], to: file.path)
    let message = failure(file)
    #expect(message.hasPrefix("the weights do not fit resnet8: 1 missing, 1 surplus, 1 misshapen"))
    for part in ["missing    \(names[0])", "surplus    extra.weight", "misshapen  \(names[1])", "the file has [1, 2]"] {
      #expect(message.contains(part))
    }
    #expect(everythingInRepository.isEmpty)
  }

  @Test("Older tensor names in an official file are turned into the network's")
  func olderNames() throws {
    let current = "features.denseblock1.denselayer1.norm1.weight"
    let older = "features.denseblock1.denselayer1.norm.1.weight"
    let declared = try Architecture.named("densenet121").network(numClasses: 2).parameters()
    var weights = Weights()
    for tensor in declared {
      weights[tensor.name] = WeightTensor(shape: tensor.shape, values: [Float](repeating: 1, count: tensor.count))
    }
    let tensor = try #require(weights[current])
    (weights[current], weights[older]) = (nil, tensor)
    let file = folder.url.appendingPathComponent("older.safetensors")
    try SafetensorsWriter.write(weights, metadata: [:], to: file.path)
    _ = try run(file) { $0.architecture = "densenet121" }
    #expect(try folder.repository.package(named: "mine").contents.weights[current]?.shape == [64])
    // A file with both names is ambiguous: the older one is surplus.
    weights[current] = tensor
    try SafetensorsWriter.write(weights, metadata: [:], to: file.path)
    let error = #expect(throws: WeightMismatch.self) {
      try run(file) { request in
        request.architecture = "densenet121"
        request.replacesNewest = true
      }
    }
    #expect(error?.surplus == [older])
  }

  @Test("A pickle that asks for code is refused by the name of what it asks for")
  func hostilePickle() {
    let file = Checkout.weights.appendingPathComponent("hostile/system_protocol2.pth")
    #expect(failure(file).hasPrefix("cannot read \(file.path): the pickle asks for posix.system"))
    #expect(everythingInRepository.isEmpty)
  }

  @Test("Weights that are no numbers are refused by tensor")
  func notFinite() throws {
    var weights = try WeightFile.open(path: Self.files[2].path).tensors
    let name = try #require(weights.keys.min())
    let tensor = try #require(weights[name])
    var values = tensor.values
    values[values.count - 1] = .nan
    weights[name] = WeightTensor(shape: tensor.shape, values: values)
    let file = folder.url.appendingPathComponent("nan.safetensors")
    try SafetensorsWriter.write(weights, metadata: [:], to: file.path)
    #expect(failure(file).contains("the tensor \(name) holds values that are infinite or not a number"))
  }

  @Test("An import onto a name that exists makes the next version; with --replace it replaces the newest")
  func versions() throws {
    func sources() throws -> [String] {
      try folder.repository.inspect().reversed().map { try $0.package.get().manifest.source }
    }
    #expect(try run(Self.files[0]) { ($0.source, $0.replacesNewest) = ("first", true) }.version == 1)
    #expect(try run(Self.files[1]) { $0.source = "second" }.version == 2)
    #expect(try sources() == ["first", "second"])
    #expect(try run(Self.files[1]) { ($0.source, $0.replacesNewest) = ("better", true) }.version == 2)
    #expect(try sources() == ["first", "better"])
    // Whatever lies there, nobody's number is taken.
    try folder.write("half", to: "models/mine/7/model.json")
    let report = try run(Self.files[1])
    #expect(report.version == 8)
    #expect(report.directory.path == folder.repository.directory.appendingPathComponent("mine/8").path)
    #expect(!everythingInRepository.contains { $0.contains(".import") })
  }

  @Test("Versions that are put into their places at one time get a number each, and none is lost")
  func atOneTime() throws {
    let model = folder.repository.directory.appendingPathComponent("mine")
    let count = 8
    for round in 0..<20 {
      let staged = try (0..<count).map { number in
        let version = try StagedVersion(of: model)
        try Data("\(round) \(number)".utf8).write(to: version.directory.appendingPathComponent("labels.txt"))
        return version
      }
      let versions = Mutex<[Int]>([])
      DispatchQueue.concurrentPerform(iterations: count) { number in
        let version = try? staged[number].publish(replacingNewest: false)
        versions.withLock { $0.append(version ?? -1) }
      }
      #expect(versions.withLock { $0.sorted() } == Array(round * count + 1...(round + 1) * count))
    }
    let labels = try folder.repository.versions(of: "mine").map {
      try String(contentsOf: model.appendingPathComponent("\($0)/labels.txt"), encoding: .utf8)
    }
    #expect(Set(labels).count == 20 * count)
    #expect(!everythingInRepository.contains { $0.contains(".import") })
  }

  @Test("Whoever looks while models are imported sees each of them whole")
  func wholeAtAnyMoment() async throws {
    let repository = folder.repository
    _ = try run(Self.files[2])
    let observer = Task {
      while !Task.isCancelled {
        for name in try repository.modelNames() {
          let labels = repository.directory.appendingPathComponent("\(name)/1/labels.txt").path
          #expect(FileManager.default.fileExists(atPath: labels), "\(name) is not there, or not whole")
        }
      }
    }
    for number in 0..<40 {
      _ = try run(Self.files[2]) { $0.replacesNewest = true }
      _ = try run(Self.files[2]) { $0.modelName = "new-\(number)" }
    }
    observer.cancel()
    try await observer.value
    #expect(!everythingInRepository.contains { $0.contains(".import") })
  }

  @Test("What a killed import leaves behind is no model, and in nobody's way")
  func leftover() throws {
    for place in [".import-1/1", "mine/.import-2"] { try folder.write("{}", to: "models/\(place)/model.json") }
    #expect(throws: ModelRepositoryError.self) { try folder.repository.versions(of: "mine") }
    _ = try run(Self.files[2])
    #expect(try folder.repository.modelNames() == ["mine"])
    #expect(try folder.repository.versions(of: "mine") == [1])
  }

  @Test("Wrong requests are refused before anything is written")
  func wrongRequests() throws {
    try folder.write("only\ntwo\n", to: "labels.txt")
    #expect(failure(Self.files[0]) { $0.modelName = "../mine" }.contains("cannot be a model's name"))
    #expect(failure(Self.files[0]) { $0.architecture = "resnet8x" }.contains("did you mean resnet8"))
    #expect(
      failure(Self.files[0]) { $0.labels = folder.url.appendingPathComponent("labels.txt") }
        .contains("holds 2 labels, but the network has 10 classes"))
    #expect(failure(folder.url.appendingPathComponent("no.pth")).contains("No such file or directory"))
    #expect(failure(Fixtures.version.appendingPathComponent("labels.txt")).contains("not a weight file"))
    #expect(everythingInRepository.isEmpty)
  }
}
