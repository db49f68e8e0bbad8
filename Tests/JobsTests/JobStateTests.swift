import Jobs
import Testing

@Suite struct JobStateTests {
  @Test("three states are the last")
  func ends() {
    #expect(JobState.allCases.filter(\.isOver) == [.succeeded, .failed, .cancelled])
  }
}
