/// One version of a model of a repository as it was found: usable, or what is wrong with it.
public struct ModelInspection: Sendable {
  public let name: String
  /// Nil where the model's folder holds none.
  public let version: Int?
  public let package: Result<ModelPackage, ModelLoadingError>

  init(name: String, version: Int?, reading: () throws -> ModelPackage) {
    self.name = name
    self.version = version
    package = Result { () throws(ModelLoadingError) in
      do {
        return try reading()
      } catch {
        throw ModelLoadingError(model: name, version: version, reason: describe(error))
      }
    }
  }

  public var error: ModelLoadingError? {
    if case .failure(let error) = package { error } else { nil }
  }
}

/// A model, or a version of one, that cannot be served.
public struct ModelLoadingError: Error, Hashable, Sendable, CustomStringConvertible {
  public let model: String
  /// Nil where it concerns no version by itself.
  public let version: Int?
  public let reason: String

  public var description: String {
    let subject = version.map { "version \($0) of model \(model)" } ?? "model \(model)"
    return "\(subject) cannot be loaded: \(reason)"
  }
}
