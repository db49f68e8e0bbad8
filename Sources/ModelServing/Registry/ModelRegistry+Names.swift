import Synchronization

extension ModelRegistry {
  /// Checks that adapting or training may add a version to a name.
  ///
  /// - Parameters:
  ///   - name: the name of the model to be made.
  ///   - classes: the names of its classes, in the order of its outputs.
  ///   - isNewVersionWanted: whether the user asked to add a version to whatever model has the name. Then the name
  ///     alone is checked.
  /// - Throws: `TrainedModelError` if a model of this name was not made by training or adapting, or has other
  ///   classes. `ModelRepositoryError` if no model can have the name. `UnreadableFile` if the labels of the existing
  ///   model cannot be read. `UnwritableFile` if a file is in the place of the model's folder.
  ///   `ModelRegistryError.loading` before the first load.
  public func requireName(_ name: String, classes: [String], isNewVersionWanted: Bool) throws {
    guard let repository = state.withLock({ $0.source?.repository }) else { throw ModelRegistryError.loading }
    if isNewVersionWanted {
      _ = try repository.modelDirectory(name)
    } else {
      try TrainedModel.requireName(name, in: repository, classes: classes)
    }
  }
}
