import Foundation

/// What tells models that training made from others: the record beside each version.
public enum TrainedModel {
  /// A JSON file with everything about the run that made the version.
  public static let recordFileName = "training.json"

  /// A JSON file with everything about the run that made the version of photos and a pretrained network.
  public static let adaptationFileName = "adaptation.json"

  /// Refuses a name under which training and adapting may not add a version: that of a model which somebody else made, or
  /// which knows other classes.
  ///
  /// - Throws: `TrainedModelError`, `ModelRepositoryError`, `UnreadableFile`.
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
  case nameInUse(name: String)
  case otherClasses(name: String, known: [String], found: [String])
}

extension TrainedModelError: CustomStringConvertible {
  /// For the command line, where both commands have that option.
  public var description: String { "the name \"\(name)\" is in use: \(reason); give another name with --name" }

  public var name: String {
    switch self {
    case .nameInUse(let name), .otherClasses(let name, _, _): name
    }
  }

  /// What is wrong with adding a version.
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
