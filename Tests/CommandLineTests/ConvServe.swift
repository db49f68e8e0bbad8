import Foundation
import TestSupport
import Testing

/// `convserve` as a user runs it: the built program, in a folder with one model, `models/resnet8-cifar10`.
struct ConvServe {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The program lies beside the test bundle.
  static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("convserve")

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy(Checkout.model, to: "models/\(Checkout.model.lastPathComponent)")
    try folder.copy(Checkout.images.appendingPathComponent("photo.jpg"), to: "photo.jpg")
  }

  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProgram {
    try RunningProgram(Self.executable, arguments, environment: environment, in: folder.url)
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Result {
    let program = try start(arguments, environment: environment)
    let status = try await program.exitStatus()
    return Result(status: status, output: program.output, errors: program.errors)
  }

  /// Runs a command that must succeed, and reads its output as JSON.
  func json(_ arguments: [String]) async throws -> [String: Any] {
    let result = try await run(arguments)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(value as? [String: Any])
  }
}
