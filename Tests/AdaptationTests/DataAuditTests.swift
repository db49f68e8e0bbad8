import Adaptation
import Foundation
import Testing

@Suite struct DataAuditTests {
  @Test("an audit names its parts as the API does")
  func names() throws {
    let json = try JSONEncoder().encode(DataAudit())
    let members = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(Set(["unreadable", "duplicates", "near_duplicates", "suspect_labels"]).isSubset(of: members.keys))
  }
}
