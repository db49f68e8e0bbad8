import ArgumentParser
import Glibc
import ModelServing

/// Finds all that is wrong with a configuration and its models before a server starts.
struct ServeCheck {
  let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// Names of the models, all of them usable.
  ///
  /// - Throws: `ValidationError` where the command line alone is wrong; else, everything having been named on standard
  ///   error, `EX_CONFIG` of sysexits.h, so that a supervisor can tell what no restart will mend.
  func models() throws -> [String] {
    if let first = configuration.errors.first, configuration.errors.allSatisfy(\.isOfCommandLine) {
      throw ValidationError(
        configuration.errors.dropFirst().reduce("\(first)") { $0 + "\nError: \($1)" })
    }
    var errors: [any Error] = configuration.errors
    let names = usableModels(&errors)
    guard errors.isEmpty else {
      for error in errors { Terminal.note("Error: \(error)") }
      throw ExitCode(EX_CONFIG)
    }
    return names
  }

  private func usableModels(_ errors: inout [any Error]) -> [String] {
    do throws(ModelRepositoryError) {
      let found = try ModelRepository(path: configuration.models).inspect()
      errors += found.compactMap(\.error)
      let names = found.map(\.name)
      if let name = configuration.defaultModel, !names.contains(name) {
        throw .unknownModel(name: name, known: names)
      }
      return names
    } catch {
      errors.append(error)
      return []
    }
  }
}
