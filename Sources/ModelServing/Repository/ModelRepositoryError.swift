/// A model repository that cannot be used as it is.
public enum ModelRepositoryError: Error, Hashable, Sendable {
  case noDirectory(path: String)
  case noModels(path: String)
  case noVersions(path: String, found: [String])
  case unknownModel(name: String, known: [String])
  case unacceptableName(String)
  case invalid(path: String, reason: String)
  /// Others have made one version after the other while this one was to be put into its place.
  case contended(path: String)
  /// A link that leads out of the model's folder.
  case outsideModel(path: String, target: String)
}

extension ModelRepositoryError: CustomStringConvertible {
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
