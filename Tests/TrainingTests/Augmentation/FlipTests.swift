import Testing

@testable import Training

@Suite("Flips")
struct FlipTests {
  @Test("random ones come as often as asked for", arguments: [0, 0.2, 0.5, 1])
  func random(probability: Double) {
    let flip = Flip.random(probability: probability)
    let flips = (0..<10_000).count { flip.isMirrored(SampleDraw(epoch: 1, sample: $0), seed: 8) }
    #expect(abs(Double(flips) / 10_000 - probability) <= (probability == 0 || probability == 1 ? 0 : 0.03))
  }

  @Test("alternating ones come in every other epoch, for half of all images in the first one")
  func alternating() {
    var first = 0
    for sample in 0..<1000 {
      let epochs = (0..<4).map { Flip.alternating.isMirrored(SampleDraw(epoch: $0, sample: sample), seed: 8) }
      #expect(epochs == [epochs[0], !epochs[0], epochs[0], !epochs[0]])
      first += epochs[0] ? 1 : 0
    }
    #expect(abs(first - 500) < 100)
  }
}
