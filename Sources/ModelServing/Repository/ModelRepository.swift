import Architectures
import Foundation
import Glibc
import ImageInput
import NetworkGraph
import WeightFormats

/// A directory of models: `NAME/VERSION/{model.json, weights.safetensors, labels.txt}`. Versions are whole numbers.
///
/// A repository holds nothing in memory. Each call reads the directory as it is now.
public struct ModelRepository: Sendable {
  package static let weightsFileName = "weights.safetensors"

  /// The directory of the models.
  public let directory: URL

  /// Names the directory of a repository. The directory is not opened, and need not exist yet.
  public init(path: String) {
    directory = URL(fileURLWithPath: path, isDirectory: true)
  }

  /// The names of the models, sorted. Hidden folders, and folders with names that no model can have, are left out.
  ///
  /// - Throws: `ModelRepositoryError.noDirectory` if the directory does not exist. `.noModels` if it holds no model.
  public func modelNames() throws(ModelRepositoryError) -> [String] {
    guard let names = Self.subdirectories(of: directory) else { throw .noDirectory(path: directory.path) }
    let accepted = names.filter(Self.isAcceptable).sorted()
    guard !accepted.isEmpty else { throw .noModels(path: directory.path) }
    return accepted
  }

  /// The folders whose names no model can have, sorted. Hidden folders are left out, since nobody meant them as
  /// models.
  public func foldersWithoutModelName() -> [String] {
    (Self.subdirectories(of: directory) ?? []).filter { !$0.hasPrefix(".") && !Self.isAcceptable($0) }.sorted()
  }

  /// The rule for names of models in words, for error messages.
  public static let acceptedNames = #"letters, digits, ".", "_" and "-", at most 100, not "." first"#

  /// The versions of a model, ascending.
  ///
  /// - Throws: `ModelRepositoryError.unacceptableName` if no model can have the name. `.unknownModel` if the model's
  ///   folder does not exist. `.noVersions` if the folder holds no version.
  public func versions(of name: String) throws(ModelRepositoryError) -> [Int] {
    let directory = try modelDirectory(name)
    guard let found = Self.subdirectories(of: directory) else {
      throw .unknownModel(name: name, known: try modelNames())
    }
    let versions = found.compactMap(Self.version).sorted()
    guard !versions.isEmpty else { throw .noVersions(path: directory.path, found: found.sorted()) }
    return versions
  }

  /// The accepted version numbers. A date with a time, such as 20261128174355, is an accepted number, and every
  /// version has room for a next one.
  public static let acceptedVersions = 1...999_999_999_999_999

  /// Only the plain form of a number from 1 on: `01` and `+1` would name the same version twice.
  static func version(_ folder: String) -> Int? {
    Int(folder).flatMap { acceptedVersions.contains($0) && String($0) == folder ? $0 : nil }
  }

  /// Reads the highest usable version of a model: manifest, network, weights and labels. The weights are mapped, not
  /// copied.
  ///
  /// - Throws: `ModelRepositoryError` if the model has no versions. `ModelLoadingError` of the highest version if no
  ///   version can be used.
  public func package(named name: String) throws -> ModelPackage {
    try usablePackage(named: name).package
  }

  /// Reads the highest usable version of a model, and tells why the versions above it cannot be used.
  ///
  /// - Returns: the version, and one error for each higher version, the highest first.
  /// - Throws: `ModelRepositoryError` if the model has no versions. `ModelLoadingError` of the highest version if no
  ///   version can be used.
  public func usablePackage(named name: String) throws -> (package: ModelPackage, unusable: [ModelLoadingError]) {
    let inspections = try versions(of: name).reversed().lazy.map { inspect(name, version: $0) }
    var unusable: [ModelLoadingError] = []
    for inspection in inspections {
      switch inspection.package {
      case .success(let package): return (package, unusable)
      case .failure(let error): unusable.append(error)
      }
    }
    throw unusable[0]
  }

  /// Reads one version of a model.
  ///
  /// - Throws: `ModelRepositoryError`, `UnreadableFile`, `UnknownArchitecture`, or what the architecture says of the
  ///   manifest's shape.
  package func package(named name: String, version: Int, weights reading: WeightReading) throws -> ModelPackage {
    let folder = try modelDirectory(name)
    let directory = folder.appendingPathComponent(String(version), isDirectory: true)
    try Self.requireInside(folder, directory: directory)
    let manifest = try ModelManifest(directory: directory)
    let architecture = try Architecture.named(manifest.architecture)
    let network = try architecture.network(inputShape: manifest.inputShape, numClasses: manifest.numClasses)
    let (weights, source) = try Self.weights(directory.appendingPathComponent(Self.weightsFileName), reading)
    let labels = try LabelFile.read(directory.appendingPathComponent(LabelFile.fileName))
    do {
      let contents = try ModelContents(
        network: network, weights: weights, labels: labels, preprocessing: manifest.preprocessing,
        provenance: ModelProvenance(
          publication: .init(architecture), source: manifest.source, licence: manifest.licence))
      return ModelPackage(
        name: name, version: version, directory: directory, manifest: manifest, contents: contents,
        weightSource: source)
    } catch let error as ModelContentsError {
      throw Self.blamed(error, manifest, directory)
    }
  }

  private static func weights(_ file: URL, _ reading: WeightReading) throws -> (Weights, WeightSource) {
    try readable(file) {
      switch reading {
      case .mapped:
        let weights = try WeightFile.open(path: file.path).tensors
        return (weights, .held(weights))
      case .copied:
        let file = try KeptFile(path: file.path)
        return (try WeightFile.read(FileCopy(file)).tensors, .file(file))
      }
    }
  }

  /// What does not fit together, as whoever mends the files sees it.
  private static func blamed(
    _ error: ModelContentsError, _ manifest: ModelManifest, _ directory: URL
  ) -> ModelRepositoryError {
    switch error {
    case .labels(let count, _):
      .invalid(
        path: directory.appendingPathComponent(LabelFile.fileName).path,
        reason: "holds \(count) labels, but model.json says num_classes \(manifest.numClasses)")
    case .inputShape(let prepared, _):
      .invalid(
        path: directory.appendingPathComponent(ModelManifest.fileName).path,
        reason: "preprocessing makes inputs of shape \(prepared), but input_shape is \(manifest.inputShape)")
    }
  }

  /// Reads every version of every model, and checks that its weights fit its network. The result is sorted by name,
  /// and has the highest version of each model first.
  ///
  /// The weights are mapped and their table is read; nothing is computed.
  ///
  /// - Throws: `ModelRepositoryError` if the directory does not exist or holds no model. Errors of single models are
  ///   in the result.
  public func inspect() throws(ModelRepositoryError) -> [ModelInspection] {
    try modelNames().flatMap { name in
      do throws(ModelRepositoryError) {
        return try versions(of: name).reversed().map { inspect(name, version: $0) }
      } catch {
        return [ModelInspection(name: name, version: nil) { throw error }]
      }
    }
  }

  private func inspect(_ name: String, version: Int) -> ModelInspection {
    ModelInspection(name: name, version: version) {
      let package = try package(named: name, version: version, weights: .mapped)
      try package.contents.network.validate(package.contents.weights)
      return package
    }
  }

  /// What is there now. Reads folders and the descriptions of files, nothing in them.
  ///
  /// - Throws: `ModelRepositoryError` where the directory is missing, or holds no version of any model.
  func contents() throws(ModelRepositoryError) -> RepositoryContents {
    var models: [String: [Int: VersionFingerprint]] = [:]
    for name in try modelNames() {
      let folder = try modelDirectory(name)
      let versions = Self.subdirectories(of: folder)?.compactMap(Self.version) ?? []
      models[name] = Dictionary(uniqueKeysWithValues: versions.map { ($0, fingerprint(of: name, version: $0)) })
    }
    let contents = RepositoryContents(models)
    guard !contents.names.isEmpty else { throw .noModels(path: directory.path) }
    return contents
  }

  /// What tells a version's files from others, whether or not they are complete.
  ///
  /// - Precondition: the name is one that `modelNames` gave.
  func fingerprint(of name: String, version: Int) -> VersionFingerprint {
    let folder = directory.appendingPathComponent(name).appendingPathComponent(String(version))
    let names = [ModelManifest.fileName, Self.weightsFileName, LabelFile.fileName]
    let files = names.compactMap { name -> (String, VersionFingerprint.File)? in
      var status = stat()
      guard stat(folder.appendingPathComponent(name).path, &status) == 0 else { return nil }
      let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
      return (name, .init(inode: UInt64(status.st_ino), size: Int64(status.st_size), modified: modified))
    }
    return VersionFingerprint(files: Dictionary(uniqueKeysWithValues: files))
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
