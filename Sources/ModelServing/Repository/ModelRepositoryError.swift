/// A model repository that cannot be used as it is.
public enum ModelRepositoryError: Error, Hashable, Sendable {
  /// There is no directory at the path.
  case noDirectory(path: String)
  /// The directory holds no folder that can be a model, or no version of any model.
  case noModels(path: String)
  /// The model's folder holds no folder whose name is a version. `found` lists the folders that it holds.
  case noVersions(path: String, found: [String])
  /// The repository has no model of this name. `known` lists the names that it has, sorted.
  case unknownModel(name: String, known: [String])
  /// No model can have this name. `ModelRepository.acceptedNames` says which names are accepted.
  case unacceptableName(String)
  /// The contents of a file do not fit the model, as `reason` says.
  case invalid(path: String, reason: String)
  /// Other processes took the number of each version that was tried, a hundred times in a row.
  case contended(path: String)
  /// The file at `path` is a link to `target`, outside of the model's folder.
  case outsideModel(path: String, target: String)
}

extension ModelRepositoryError: CustomStringConvertible {
  /// The problem in a sentence, and what can be done about it.
  public var description: String {
    switch self {
    case .noDirectory(let path):
      "there is no model repository at \(path); name one with --models DIR, or make one with `convserve import`"
    case .noModels(let path):
      "the model repository \(path) is empty; add a model with `convserve import` or `convserve pull`"
    case .noVersions(let path, let found):
      "\(path) holds no version: a model lies in NAME/VERSION/, VERSION being a whole number such as 1"
        + (found.isEmpty ? "" : ", not \(found.joined(separator: ", "))")
    case .unknownModel(let name, let known):
      "no model is named \"\(name)\"; there \(known.count == 1 ? "is" : "are") \(known.joined(separator: ", "))"
    case .unacceptableName(let name):
      "\"\(name)\" cannot be a model's name: use \(ModelRepository.acceptedNames)"
    case .invalid(let path, let reason): "\(path): \(reason)"
    case .outsideModel(let path, let target):
      "\(path) is a link to \(target), outside of the model's folder; copy the file into it"
    case .contended(let path): "others keep adding versions to \(path); try again when they are done"
    }
  }
}
