import Jobs
import Testing

@Suite struct JobKindTests {
  @Test("the kinds have the names that the API gives them")
  func names() {
    #expect(JobKind.allCases.map(\.rawValue) == ["adapt", "train"])
  }
}
