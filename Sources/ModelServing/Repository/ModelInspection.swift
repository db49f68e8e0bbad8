/// A model of a repository as it was found: readable, or what is wrong with it.
public struct ModelInspection: Sendable {
  public let name: String
  public let package: Result<ModelPackage, ModelLoadingError>

  init(name: String, reading: () throws -> ModelPackage) {
    self.name = name
    package = Result { () throws(ModelLoadingError) in
      do {
        return try reading()
      } catch {
        throw ModelLoadingError(model: name, reason: describe(error))
      }
    }
  }

  public var error: ModelLoadingError? {
    if case .failure(let error) = package { error } else { nil }
  }
}
