import ArgumentParser
import Glibc
import HTTPServer
import ModelServing

/// Finds all that is wrong with a configuration, its keys, certificates and models before a server starts.
struct ServeCheck {
  let configuration: Configuration
  /// The names of the API's operations.
  let operations: [String]

  /// Names of the models, each of them with a version that can be used. Versions that cannot be are named where a lower
  /// one takes their place.
  ///
  /// - Throws: everything having been named on standard error, `EX_USAGE` of sysexits.h where the command line alone is
  ///   wrong, else `EX_CONFIG`, so that a supervisor can tell what no restart will mend.
  func models() throws -> [String] {
    if let error = configuration.fileError { throw Self.end(naming: [error]) }
    var errors: [any Error] = configuration.errors
    errors += Gatekeeper.faults(configuration, operations: operations)
    errors += (configuration.tls?.faults() ?? []) as [any Error]
    if let fault = configuration.jobs?.fault { errors.append(fault) }
    let names = usableModels(&errors)
    if errors.isEmpty { return names }
    throw Self.end(naming: Self.inOrderOfLines(errors))
  }

  /// Those of the configuration file as somebody who mends it meets them, then the others as they were found.
  private static func inOrderOfLines(_ errors: [any Error]) -> [any Error] {
    let placed = errors.map { (line: ($0 as? ConfigurationError)?.line ?? .max, error: $0) }
    let ofFile = placed.filter { $0.line < .max }.sorted { $0.line < $1.line }
    return (ofFile + placed.filter { $0.line == .max }).map(\.error)
  }

  private static func end(naming errors: [any Error]) -> ExitCode {
    for error in errors { Terminal.note("Error: \(error)") }
    let isOfCommandLine = errors.allSatisfy { ($0 as? ConfigurationError)?.isOfCommandLine == true }
    if isOfCommandLine { Terminal.note(ServeCommand.usage) }
    return ExitCode(isOfCommandLine ? EX_USAGE : EX_CONFIG)
  }

  private func usableModels(_ errors: inout [any Error]) -> [String] {
    do throws(ModelRepositoryError) {
      let found = try ModelRepository(path: configuration.models).inspect()
      let usable = Set(found.filter { $0.error == nil }.map(\.name))
      errors += found.filter { !usable.contains($0.name) }.compactMap(\.error)
      for error in found.filter({ usable.contains($0.name) }).compactMap(\.error) {
        Terminal.note("Warning: \(error); a lower version is served instead")
      }
      let names = Set(found.map(\.name)).sorted()
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
