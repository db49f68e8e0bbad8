import ArgumentParser
import Foundation

struct HealthcheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healthcheck",
    abstract: "Asks a running server whether it is ready; exit status 0 if so. For container health checks.",
    discussion: """
      It waits for up to five seconds. A server with TLS is asked by a client that speaks it, such as curl.
      """)

  private static let patienceSeconds = 5

  @Option(name: .long, help: "What to ask, over plain HTTP.")
  var url = "http://127.0.0.1:8080/readyz"

  private var probe: HealthProbe? {
    guard let address = URLComponents(string: url), address.scheme == "http", let host = address.host, !host.isEmpty
    else { return nil }
    let path = address.percentEncodedPath.isEmpty ? "/" : address.percentEncodedPath
    return HealthProbe(
      host: host.trimmingCharacters(in: ["[", "]"]), port: address.port ?? 80,
      target: path + (address.percentEncodedQuery.map { "?" + $0 } ?? ""), seconds: Self.patienceSeconds)
  }

  func validate() throws {
    if probe == nil { throw ValidationError("\(url) is not a URL of plain HTTP, such as http://127.0.0.1:8080/readyz") }
  }

  func run() throws {
    do {
      let answer = try probe!.ask()
      try Terminal.write(answer.body)
      guard answer.status == 200 else { throw ExitCode.failure }
    } catch let failure as HealthProbe.Failure {
      Terminal.note("no answer from \(url): \(failure)")
      throw ExitCode.failure
    }
  }
}
