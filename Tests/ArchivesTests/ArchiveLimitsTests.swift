import Archives
import Testing

@Suite struct ArchiveLimitsTests {
  @Test("an upload of photos fits into what is accepted")
  func standardLimits() {
    #expect(ArchiveLimits().entries == 100_000)
  }
}
