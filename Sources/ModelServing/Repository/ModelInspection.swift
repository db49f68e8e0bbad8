/// One version of a model in a repository as `ModelRepository.inspect` found it: usable, or with the reason why it is
/// not.
public struct ModelInspection: Sendable {
  /// The name of the model.
  public let name: String
  /// The version; `nil` if the model's folder holds no version.
  public let version: Int?
  /// The version ready to be compiled, or the reason why it cannot be used.
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

  /// The reason why the version cannot be used; `nil` if it can.
  public var error: ModelLoadingError? {
    if case .failure(let error) = package { error } else { nil }
  }
}

/// A model, or one version of a model, that cannot be loaded.
public struct ModelLoadingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name of the model.
  public let model: String
  /// The version; `nil` if the error concerns the whole model.
  public let version: Int?
  /// The reason in words, with the file or the tensors that are wrong.
  public let reason: String

  /// The model, the version and the reason in a sentence.
  public var description: String {
    let subject = version.map { "version \($0) of model \(model)" } ?? "model \(model)"
    return "\(subject) cannot be loaded: \(reason)"
  }
}
