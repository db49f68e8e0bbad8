import Foundation
import Testing

@testable import AccessControl

@Suite("Access policy")
struct AccessPolicyTests {
  private static let now = Date(timeIntervalSince1970: 2_000_000_000)
  private static let keys = [
    try! APIKey(name: "infer", scopes: [.infer], expires: nil, digest: KeyDigest(of: "i")),
    try! APIKey(name: "all", scopes: [.infer, .inspect, .admin], expires: nil, digest: KeyDigest(of: "a")),
    try! APIKey(name: "old", scopes: [.infer], expires: now, digest: KeyDigest(of: "o")),
    try! APIKey(name: "young", scopes: [.infer], expires: now + 1, digest: KeyDigest(of: "y")),
  ]

  struct Case: Sendable {
    let access: Access
    let secret: String?
    let refusal: AccessRefusal?
  }

  private static let cases = [
    Case(access: .scope(.infer), secret: "i", refusal: nil),
    Case(access: .scope(.infer), secret: "y", refusal: nil),
    Case(access: .scope(.admin), secret: "a", refusal: nil),
    Case(access: .scope(.infer), secret: nil, refusal: .keyMissing),
    Case(access: .scope(.infer), secret: "x", refusal: .keyUnknown),
    Case(access: .scope(.infer), secret: "o", refusal: .keyExpired(name: "old", at: now)),
    Case(access: .scope(.inspect), secret: "i", refusal: .scopeMissing(key: "infer", needed: .inspect)),
    Case(access: .scope(.admin), secret: "i", refusal: .scopeMissing(key: "infer", needed: .admin)),
    Case(access: .open, secret: nil, refusal: nil), Case(access: .open, secret: "x", refusal: nil),
    Case(access: .unlimited, secret: nil, refusal: nil),
  ]

  private func outcome(_ policy: AccessPolicy, _ example: Case) -> AccessRefusal? {
    do throws(AccessRefusal) {
      _ = try policy.admit(example.access, secret: example.secret, address: "192.0.2.1:1", date: Self.now)
      return nil
    } catch {
      return error
    }
  }

  @Test("a request needs a key of its route's scope, while that is valid", arguments: cases)
  func scopes(example: Case) {
    let policy = AccessPolicy(keys: KeyRing(Self.keys))
    #expect(outcome(policy, example) == example.refusal)
    #expect(policy.allows(example.access, secret: example.secret, date: Self.now) == (example.refusal == nil))
  }

  @Test(
    "a stranger is who shows no key that counts, where keys are asked for",
    arguments: [("i", false), ("y", false), ("o", true), ("x", true), ("", true), (nil, true)] as [(String?, Bool)])
  func strangers(secret: String?, isStranger: Bool) {
    #expect(AccessPolicy(keys: KeyRing(Self.keys)).isStranger(secret: secret, date: Self.now) == isStranger)
    #expect(AccessPolicy(keys: KeyRing([])).isStranger(secret: secret, date: Self.now))
    #expect(!AccessPolicy.none.isStranger(secret: secret, date: Self.now))
  }

  @Test("where no keys are asked for, every request is let in", arguments: cases)
  func noKeys(example: Case) {
    #expect(AccessPolicy.none.allows(example.access, secret: example.secret, date: Self.now))
    #expect(outcome(.none, example) == nil)
    #expect(outcome(AccessPolicy(concurrent: 1), example) == nil)
  }

  @Test("keys that are replaced count from the next request on")
  func replacement() {
    let ring = KeyRing(Self.keys)
    let policy = AccessPolicy(keys: ring)
    let request = Case(access: .scope(.infer), secret: "i", refusal: nil)
    #expect(outcome(policy, request) == nil)
    ring.replace(with: [])
    #expect(outcome(policy, request) == .keyUnknown)
  }

  @Test("limits count for the key where it is valid, else for the address")
  func identity() throws {
    let policy = AccessPolicy(keys: KeyRing(Self.keys), rate: RequestRate(perSecond: 0.001, burst: 1))
    func isAdmitted(_ secret: String?, _ address: String) -> Bool {
      do throws(AccessRefusal) {
        _ = try policy.admit(.scope(.infer), secret: secret, address: address, date: Self.now)
        return true
      } catch {
        if case .tooManyRequests = error { return false }
        return true
      }
    }
    // Two keys from one address, one key from two.
    #expect(isAdmitted("i", "192.0.2.1:1"))
    #expect(isAdmitted("a", "192.0.2.1:2"))
    #expect(!isAdmitted("i", "192.0.2.2:1"))
    // Guesses, and a key that is over, count for their address.
    #expect(isAdmitted("guess", "192.0.2.3:1"))
    #expect(!isAdmitted("another", "192.0.2.3:1"))
    #expect(!isAdmitted("o", "192.0.2.3:1"))
    #expect(isAdmitted("guess", "192.0.2.4:1"))
  }

  @Test("health checks are never counted")
  func healthChecks() throws {
    let policy = AccessPolicy(rate: RequestRate(perSecond: 0.001, burst: 1), concurrent: 1)
    for _ in 0..<10 { #expect(try policy.admit(.unlimited, secret: nil, address: "192.0.2.1:1") === nil) }
  }
}
