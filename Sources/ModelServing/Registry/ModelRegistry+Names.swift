import Synchronization

extension ModelRegistry {
  /// Refuses a name to which adapting or training may not add a version.
  ///
  /// - Parameters:
  ///   - classes: in the order of the outputs of the model that is to be made.
  ///   - isNewVersionWanted: whether somebody said that a version is to be added to whatever there is.
  /// - Throws: `TrainedModelError` for the name of a model that somebody else made, or that knows other classes;
  ///   `ModelRepositoryError`, `UnreadableFile`, `ModelRegistryError.loading`.
  public func requireName(_ name: String, classes: [String], isNewVersionWanted: Bool) throws {
    guard let repository = state.withLock({ $0.source?.repository }) else { throw ModelRegistryError.loading }
    if isNewVersionWanted {
      _ = try repository.modelDirectory(name)
    } else {
      try TrainedModel.requireName(name, in: repository, classes: classes)
    }
  }
}
