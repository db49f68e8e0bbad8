import Foundation

/// Tells models that training or adapting made from other models, by the record beside each version.
public enum TrainedModel {
  /// The name of the JSON file that records the training run of a version.
  public static let recordFileName = "training.json"

  /// The name of the JSON file that records how a version was adapted from a pretrained network.
  public static let adaptationFileName = "adaptation.json"

  /// Checks that training or adapting may add a version to a name. A name without a model or without versions is
  /// accepted.
  ///
  /// - Parameters:
  ///   - name: the name of the model to be made.
  ///   - repository: the repository that gets the version.
  ///   - classes: the names of its classes, in the order of its outputs.
  /// - Throws: `TrainedModelError` if the newest version under this name was not made by training or adapting, or has
  ///   other classes. `ModelRepositoryError` if no model can have the name. `UnreadableFile` if the labels of the
  ///   newest version cannot be read. `UnwritableFile` if a file is in the place of the model's folder.
  public static func requireName(_ name: String, in repository: ModelRepository, classes: [String]) throws {
    let folder = try repository.modelDirectory(name)
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isDirectory), !isDirectory.boolValue {
      throw UnwritableFile(path: folder.path, reason: "a file is in the place of the model's folder")
    }
    guard FileManager.default.fileExists(atPath: folder.path), let newest = try? repository.versions(of: name).last
    else {
      return
    }
    let directory = try repository.versionDirectory(name, newest)
    let records = [recordFileName, adaptationFileName].map { directory.appendingPathComponent($0).path }
    guard records.contains(where: FileManager.default.fileExists) else {
      throw TrainedModelError.nameInUse(name: name)
    }
    let known = try LabelFile.read(directory.appendingPathComponent(LabelFile.fileName)).map(\.name)
    guard known == classes else { throw TrainedModelError.otherClasses(name: name, known: known, found: classes) }
  }
}

/// A model that training and adapting may not add a version to.
public enum TrainedModelError: Error, Hashable, Sendable {
  /// The newest version of the model was made neither by training nor by adapting.
  case nameInUse(name: String)
  /// The newest version of the model has the classes `known`, but the new version has the classes `found`.
  case otherClasses(name: String, known: [String], found: [String])
}

extension TrainedModelError: CustomStringConvertible {
  /// The problem in a sentence for the command line, whose commands have the option `--name`.
  public var description: String { "the name \"\(name)\" is in use: \(reason); give another name with --name" }

  /// The name of the model.
  public var name: String {
    switch self {
    case .nameInUse(let name), .otherClasses(let name, _, _): name
    }
  }

  /// The reason why no version may be added, without the name.
  public var reason: String {
    switch self {
    case .nameInUse: "neither training nor adapting made that model"
    case .otherClasses(_, let known, let found):
      "that model knows other classes (\(Self.text(known))) than the data have (\(Self.text(found)))"
    }
  }

  private static func text(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
