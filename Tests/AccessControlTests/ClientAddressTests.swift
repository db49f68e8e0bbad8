import Testing

@testable import AccessControl

@Suite("Client address")
struct ClientAddressTests {
  @Test(
    "addresses of one client",
    arguments: [
      ("192.0.2.1:1000", "192.0.2.1:2000"), ("[2001:db8:1:2::1]:80", "[2001:db8:1:2:ffff:ffff:ffff:ffff]:81"),
      ("[::ffff:192.0.2.1]:80", "192.0.2.1:81"), ("[fe80::1%eth0]:80", "[fe80::2%eth0]:80"), ("?", "nonsense"),
    ])
  func same(_ one: String, _ other: String) {
    #expect(ClientAddress(one) == ClientAddress(other))
  }

  @Test(
    "addresses of two clients",
    arguments: [
      ("192.0.2.1:80", "192.0.2.2:80"), ("[2001:db8:1:2::1]:80", "[2001:db8:1:3::1]:80"),
      ("[::ffff:192.0.2.1]:80", "[::ffff:192.0.2.2]:80"), ("[::1]:80", "127.0.0.1:80"), ("[::1]:80", "?"),
    ])
  func different(_ one: String, _ other: String) {
    #expect(ClientAddress(one) != ClientAddress(other))
  }
}
