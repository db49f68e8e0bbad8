import HTTPCore
import Testing

@Suite("Loopback")
struct LoopbackTests {
  @Test(
    "addresses of this machine alone",
    arguments: [
      ("127.0.0.1", true), ("127.0.0.0", true), ("127.255.255.254", true), ("126.255.255.255", false),
      ("128.0.0.1", false), ("0.0.0.0", false), ("10.0.0.1", false), ("192.0.2.1", false), ("::1", true),
      ("0:0:0:0:0:0:0:1", true), ("::", false), ("::2", false), ("1::1", false), ("::ffff:127.0.0.1", true),
      ("::ffff:7f00:1", true), ("::ffff:127.9.9.9", true), ("::ffff:192.0.2.1", false), ("::127.0.0.1", false),
      ("fe80::1", false), ("2001:db8::1", false), ("127.0.0.1.", false), ("127.1", false), ("0127.0.0.1", false),
      ("127.0.0.1.example", false), ("localhost", false), ("", false), ("?", false), ("[::1]", false),
      ("127.0.0.1\0.example", false),
    ])
  func addresses(_ address: String, _ isLoopback: Bool) {
    #expect(Loopback.contains(address: address) == isLoopback)
  }

  @Test(
    "peers on this machine",
    arguments: [
      ("127.0.0.1:49152", true), ("127.8.9.10:1", true), ("[::1]:49152", true), ("[::ffff:127.0.0.1]:80", true),
      ("192.0.2.1:49152", false), ("172.17.0.1:49152", false), ("[2001:db8::1]:80", false),
      ("[::ffff:192.0.2.1]:80", false), ("[fe80::1%eth0]:80", false), ("?", false), ("", false),
      ("localhost:80", false),
    ])
  func peers(_ peer: String, _ isLoopback: Bool) {
    #expect(Loopback.contains(peer: peer) == isLoopback)
  }

  @Test(
    "names and addresses in Host that can mean this machine alone",
    arguments: [
      ("localhost", true), ("localhost:8080", true), ("LocalHost:8080", true), ("localhost.", true),
      ("localhost.:80", true), ("a.localhost", true), ("a.b.LOCALHOST:1", true), ("127.0.0.1", true),
      ("127.0.0.1:65535", true), ("127.3.2.1:80", true), ("[::1]", true), ("[::1]:8080", true),
      ("[0:0:0:0:0:0:0:1]:80", true), ("[::ffff:7f00:1]:80", true),
      ("example.org", false), ("localhost.example.org", false), ("notlocalhost", false), ("local-host", false),
      ("127.0.0.1.example.org", false), ("127.example.org", false), ("128.0.0.1", false), ("0.0.0.0:8080", false),
      ("192.168.1.5:8080", false), ("[::2]:80", false), ("[fe80::1]", false), ("[::1].example.org", false),
      ("localhost, example.org", false), ("example.org localhost", false), ("localhost:8080.example.org", false),
      ("user@localhost", false), ("%6cocalhost", false), ("localhost..", false), ("", false),
    ])
  func hosts(_ authority: String, _ isLoopback: Bool) {
    #expect(Loopback.contains(authority: authority) == isLoopback)
  }
}
