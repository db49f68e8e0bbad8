import ArgumentParser
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

struct HealthcheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healthcheck",
    abstract: "Asks a running server whether it is ready; exit status 0 if so. For container health checks.")

  @Option(name: .long, help: "What to ask.")
  var url = "http://127.0.0.1:8080/readyz"

  private var address: URL? { URL(string: url).flatMap { $0.host == nil ? nil : $0 } }

  func validate() throws {
    if address == nil { throw ValidationError("\(url) is not a URL") }
  }

  func run() async throws {
    guard let address else { return }
    let request = URLRequest(url: address, timeoutInterval: 5)
    do {
      let (body, response) = try await URLSession.shared.data(for: request)
      let status = (response as? HTTPURLResponse)?.statusCode ?? 0
      print(String(decoding: body, as: UTF8.self), terminator: "")
      guard status == 200 else { throw ExitCode.failure }
    } catch let error as URLError {
      Terminal.note("no answer from \(url): \(error.localizedDescription)")
      throw ExitCode.failure
    }
  }
}
