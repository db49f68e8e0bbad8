import Foundation
import Testing

@Suite("convserve healthcheck")
struct HealthcheckTests {
  @Test("A server that takes the connection and never answers is given up")
  func silentServer() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(bound, "\(String(cString: strerror(errno)))")
    let url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/readyz"
    let check = try await ConvServe().run(["healthcheck", "--url", url])
    #expect(check.status == 1)
    #expect(check.errors.contains("no answer from \(url): none within 5 seconds"), "\(check.errors)")
  }

  @Test("An address of another kind is refused", arguments: ["https://localhost/readyz", "localhost:8080", "http://"])
  func otherAddress(url: String) async throws {
    let check = try await ConvServe().run(["healthcheck", "--url", url])
    #expect(check.status == 64)
    #expect(check.errors.contains("\(url) is not a URL of plain HTTP"), "\(check.errors)")
  }
}
