import ModelServing
import NetworkGraph
import TestSupport
import Testing
import Training

@testable import Explanations

@Suite("Occlusion")
struct OcclusionTests {
  @Test("drops of the probability are those of a loop in PyTorch within 1e-4", arguments: ["resnet8", "lenet5-relu"])
  func loop(name: String) async throws {
    let golden = try #require(try Golden.read("occlusion", as: [String: Golden.Occlusion].self)[name])
    let subject = try Subject(name)
    let size = subject.network.inputShape.spatial
    let patches = try Patches(side: golden.patch, stride: golden.stride, height: size.height, width: size.width)
    let plan = try subject.memory.plan(.init(maximumBatch: Occlusion.batch))
    for (number, picture) in golden.images.enumerated() {
      let input = subject.input(number)
      let explained = ExplainedClass(nil, logits: plan.run([input])[0], labels: subject.labels)
      #expect(explained.index == picture.class)
      let map = await Occlusion(patches: patches, height: size.height, width: size.width).map(input, of: explained) {
        plan.run($0)
      }
      #expect([map.height, map.width] == [patches.tops.count, patches.lefts.count])
      let worst = zip(map.values, picture.map).map { ($0 - $1).magnitude }.max() ?? 1
      #expect(map.values.count == picture.map.count && worst < 1e-4, "\(worst)")
    }
  }

  @Test("the last patch of a row lies at the edge")
  func places() throws {
    let patches = try Patches(side: 4, stride: 3, height: 10, width: 12)
    #expect(patches.tops == [0, 3, 6])
    #expect(patches.lefts == [0, 3, 6, 8])
    #expect(try Patches(side: nil, stride: nil, height: 224, width: 224).tops.count == 7)
    #expect(try Patches(side: nil, stride: nil, height: 3, width: 3).tops == [0, 1, 2])
  }

  @Test("patches that do not fit are refused")
  func refused() {
    #expect(throws: InspectionError.patch(side: 0, maximum: 10)) {
      try Patches(side: 0, stride: nil, height: 10, width: 12)
    }
    #expect(throws: InspectionError.patch(side: 11, maximum: 10)) {
      try Patches(side: 11, stride: nil, height: 10, width: 12)
    }
    #expect(throws: InspectionError.stride(5, patch: 4)) { try Patches(side: 4, stride: 5, height: 10, width: 12) }
    #expect(throws: InspectionError.stride(0, patch: 4)) { try Patches(side: 4, stride: 0, height: 10, width: 12) }
    #expect(throws: InspectionError.tooManyPositions(count: 224 * 224, maximum: 1024)) {
      try Patches(side: 1, stride: 1, height: 224, width: 224)
    }
  }
}
