import ArgumentParser
import Foundation
import ModelServing

/// The model of a command that can do without `--model`.
enum ModelChoice {
  static let help: ArgumentHelp =
    "Name of the model. Environment: CONVSERVE_DEFAULT_MODEL. (default: that of a server, the first by name)"

  /// The one that was named, else the one that a server takes where a request names none. Standard error says which, where
  /// there are others.
  ///
  /// - Throws: `ModelRepositoryError`.
  static func name(_ given: String?, in repository: ModelRepository) throws -> String {
    if let given { return given }
    let settings = Settings(environment: ProcessInfo.processInfo.environment)
    if let name = settings.text("default-model", nil) { return name }
    if let error = settings.errors.first { throw ValidationError("\(error)") }
    let names = try repository.modelNames()
    if names.count > 1 {
      Terminal.note(
        "Note: the model is \(names[0]), the first of \(names.count) by name, as a server would take it; --model names another: "
          + names.dropFirst().prefix(10).joined(separator: ", ") + (names.count > 11 ? ", ..." : ""))
    }
    return names[0]
  }
}
