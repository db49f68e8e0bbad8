import Testing

@testable import Adaptation

@Suite struct UsablePhotosTests {
  private static let picture = AuditFixtures.facts(AuditFixtures.grey(width: 4, height: 4) { x, _ in x }).picture

  /// A hash an image; nothing for an image that cannot be read.
  private func places(_ hashes: [String?], labels: [Int], parts: [Int]? = nil) -> [Int] {
    let facts = hashes.map {
      PhotoFacts(contentHash: $0 ?? "empty", bytes: 1, picture: $0 == nil ? nil : Self.picture, problem: nil)
    }
    return UsablePhotos.places(facts, labels: labels, parts: parts)
  }

  @Test("of copies in one class the first is used, of copies in several none, and nothing that cannot be read")
  func copies() {
    #expect(places(["a", "b", "a", nil, "c", "c", nil], labels: [0, 1, 0, 0, 0, 1, 1]) == [0, 1])
  }

  @Test("of copies in several parts the first in the test is used, else the first to choose by")
  func parts() {
    #expect(
      places(["a", "b", "c", "b", "a", "a"], labels: [0, 1, 0, 1, 0, 0], parts: [0, 0, 0, 1, 2, 2]) == [2, 3, 4])
    #expect(places(["a", "a"], labels: [0, 1], parts: [0, 2]) == [])
  }
}
