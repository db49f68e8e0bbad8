import Architectures
import Foundation
import Glibc
import ImageInput
import NetworkGraph
import WeightFormats

/// A directory of models: `NAME/VERSION/{model.json, weights.safetensors, labels.txt}`, versions being whole numbers.
public struct ModelRepository: Sendable {
  static let weightsFileName = "weights.safetensors"

  public let directory: URL

  public init(path: String) {
    directory = URL(fileURLWithPath: path, isDirectory: true)
  }

  /// Names of the models, sorted.
  ///
  /// - Throws: `ModelRepositoryError` where the directory is missing or empty.
  public func modelNames() throws(ModelRepositoryError) -> [String] {
    guard let names = Self.subdirectories(of: directory) else { throw .noDirectory(path: directory.path) }
    let accepted = names.filter(Self.isAcceptable).sorted()
    guard !accepted.isEmpty else { throw .noModels(path: directory.path) }
    return accepted
  }

  /// Versions of a model, oldest first.
  public func versions(of name: String) throws(ModelRepositoryError) -> [Int] {
    let directory = try modelDirectory(name)
    guard let found = Self.subdirectories(of: directory) else {
      throw .unknownModel(name: name, known: try modelNames())
    }
    let versions = found.compactMap(Self.version).sorted()
    guard !versions.isEmpty else { throw .noVersions(path: directory.path, found: found.sorted()) }
    return versions
  }

  /// Only the plain form of a number from 1 on: `01` and `+1` would name the same version twice.
  private static func version(_ folder: String) -> Int? {
    Int(folder).flatMap { $0 > 0 && String($0) == folder ? $0 : nil }
  }

  /// Reads the newest version of a model: manifest, network, weights (mapped, not copied) and labels.
  ///
  /// - Throws: `ModelRepositoryError`, `UnreadableFile`, `UnknownArchitecture`, or what the architecture says of the
  ///   manifest's shape.
  public func package(named name: String) throws -> ModelPackage {
    let version = try versions(of: name).last!
    let folder = try modelDirectory(name)
    let directory = folder.appendingPathComponent(String(version), isDirectory: true)
    try Self.requireInside(folder, directory: directory)
    let manifest = try ModelManifest(directory: directory)
    let architecture = try Architecture.named(manifest.architecture)
    let network = try architecture.network(inputShape: manifest.inputShape, numClasses: manifest.numClasses)
    let weightsFile = directory.appendingPathComponent(Self.weightsFileName)
    let weights = try readable(weightsFile) { try WeightFile.open(path: weightsFile.path).tensors }
    let labels = try LabelFile.read(directory.appendingPathComponent(LabelFile.fileName))
    let package = ModelPackage(
      name: name, version: String(version), directory: directory, manifest: manifest, architecture: architecture,
      network: network, weights: weights, labels: labels)
    try package.validate()
    return package
  }

  /// Reads every model and checks that its weights fit its network: each as a package, or what is wrong with it.
  ///
  /// Weights are mapped and their table is read, nothing is computed.
  ///
  /// - Throws: `ModelRepositoryError` where the directory is missing or empty.
  public func inspect() throws(ModelRepositoryError) -> [ModelInspection] {
    try modelNames().map { name in
      ModelInspection(name: name) {
        let package = try package(named: name)
        try package.network.validate(package.weights)
        return package
      }
    }
  }

  /// Where a model lies, or would lie.
  func modelDirectory(_ name: String) throws(ModelRepositoryError) -> URL {
    guard Self.isAcceptable(name) else { throw .unacceptableName(name) }
    return directory.appendingPathComponent(name, isDirectory: true)
  }

  /// Refuses a model whose files are links to somewhere else: its labels, which anybody may read, could be any file.
  /// The model's own folder may be a link, which only the owner of the repository can make.
  private static func requireInside(_ folder: URL, directory: URL) throws(ModelRepositoryError) {
    guard let root = realPath(folder) else { return }
    for name in [ModelManifest.fileName, weightsFileName, LabelFile.fileName] {
      let file = directory.appendingPathComponent(name)
      // Whoever reads a file that does not exist says so.
      guard let target = realPath(file) else { continue }
      guard target.hasPrefix(root + "/") else { throw .outsideModel(path: file.path, target: target) }
    }
  }

  /// The path without links; nothing where it leads nowhere.
  private static func realPath(_ url: URL) -> String? {
    guard let path = realpath(url.path, nil) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  /// Names become paths and URLs, so only harmless characters are taken.
  static func isAcceptable(_ name: String) -> Bool {
    let accepted = name.utf8.allSatisfy { byte in
      switch UInt8(byte) {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return accepted && (1...100).contains(name.utf8.count) && !name.hasPrefix(".")
  }

  private static func subdirectories(of directory: URL) -> [String]? {
    let manager = FileManager.default
    return try? manager.contentsOfDirectory(atPath: directory.path).filter { name in
      var isDirectory: ObjCBool = false
      let path = directory.appendingPathComponent(name).path
      return !name.hasPrefix(".") && manager.fileExists(atPath: path, isDirectory: &isDirectory)
        && isDirectory.boolValue
    }
  }
}

/// One version of a model as it lies in the repository.
public struct ModelPackage: Sendable {
  public let name: String
  public let version: String
  public let directory: URL
  public let manifest: ModelManifest
  public let architecture: Architecture
  public let network: Network
  public let weights: Weights
  /// One a class, in the order of the network's outputs.
  public let labels: [ClassLabel]

  /// Checks that manifest, labels and preprocessing agree; the compiler checks the weights.
  func validate() throws(ModelRepositoryError) {
    guard labels.count == manifest.numClasses else {
      throw .invalid(
        path: directory.appendingPathComponent(LabelFile.fileName).path,
        reason: "holds \(labels.count) labels, but model.json says num_classes \(manifest.numClasses)")
    }
    let preprocessing = manifest.preprocessing
    let prepared = [preprocessing.channels, preprocessing.inputSize.height, preprocessing.inputSize.width]
    guard prepared == manifest.inputShape else {
      throw .invalid(
        path: directory.appendingPathComponent(ModelManifest.fileName).path,
        reason: "preprocessing makes inputs of shape \(prepared), but input_shape is \(manifest.inputShape)")
    }
  }
}
