import Foundation
import ImageInput
import InferenceRuntime
import TestSupport
import Testing

@testable import Adaptation

@Suite struct NearDuplicatesTests {
  private static let pairs = ["chelsea", "coffee"].flatMap { stem in AuditFixtures.variants.map { (stem, $0) } }

  @Test("Pillow's variants of a photo are found", arguments: pairs)
  func variants(stem: String, variant: String) throws {
    #expect(try Self.areGrouped("\(stem).jpg", "\(stem)-\(variant)"))
    // The search goes one way only; the comparison has to hold in both.
    #expect(try Self.areGrouped("\(stem)-\(variant)", "\(stem).jpg"))
  }

  @Test(
    "pictures that only resemble one another are not",
    arguments: [
      ("chelsea.jpg", "mirrored.jpg"), ("chelsea.jpg", "coffee.jpg"), ("apple.png", "apple-green.png"),
      ("apple.png", "apple-bare.png"), ("coffee.jpg", "rocket.jpg"),
    ])
  func others(one: String, other: String) throws {
    #expect(try !Self.areGrouped(one, other))
  }

  @Test("among all pictures the groups are the two photos with their variants, with any number of threads")
  func groups() throws {
    let names = ["apple.png", "apple-bare.png", "apple-green.png", "astronaut.jpg", "rocket.jpg", "mirrored.jpg"]
    let families = ["chelsea", "coffee"].map { stem in ["\(stem).jpg"] + AuditFixtures.variants.map { "\(stem)-\($0)" }
    }
    let all = names + families.flatMap(\.self)
    let facts = try all.map(AuditFixtures.facts)
    let expected = [Array(6..<15), Array(15..<24)]
    for threads in [1, 3] {
      #expect(NearDuplicates.find(facts, pool: WorkerPool(threadCount: threads)) == expected)
    }
  }

  @Test("byte-equal copies join a group, and make none by themselves")
  func copies() throws {
    let (chelsea, webp) = (try AuditFixtures.facts("chelsea.jpg"), try AuditFixtures.facts("chelsea-webp.webp"))
    let coffee = try AuditFixtures.facts("coffee.jpg")
    let pool = WorkerPool(threadCount: 1)
    #expect(NearDuplicates.find([coffee, chelsea, coffee, webp, chelsea], pool: pool) == [[1, 3, 4]])
  }

  @Test("what cannot be read, and what shows nothing, is compared with nothing")
  func nothing() {
    let unreadable = PhotoFacts(contentHash: "a", bytes: 0, picture: nil, problem: "the file is empty")
    let blanks = (0..<3).map { shift in
      AuditFixtures.facts(AuditFixtures.grey(width: 64, height: 64) { x, y in 128 + (x + y + shift) % 2 })
    }
    #expect(NearDuplicates.find([unreadable] + blanks, pool: WorkerPool(threadCount: 1)) == [])
    #expect(NearDuplicates.find([], pool: WorkerPool(threadCount: 1)) == [])
  }

  @Test("the search stops when asked to, without a result")
  func stops() throws {
    let facts = try ["chelsea.jpg", "coffee.jpg"].map(AuditFixtures.facts)
    #expect(NearDuplicates.find(facts, pool: WorkerPool(threadCount: 1), isStopping: { true }) == nil)
  }

  @Test("small pictures are the same only if they are equal but for the encoding")
  func small() {
    func bar(_ shift: Int, _ noise: Int) -> PhotoFacts {
      AuditFixtures.facts(
        AuditFixtures.grey(width: 28, height: 28) { x, y in
          (10 + shift..<15 + shift).contains(x) ? 220 - y % 2 * noise : 20
        })
    }
    let pool = WorkerPool(threadCount: 1)
    #expect(NearDuplicates.find([bar(0, 0), bar(0, 2)], pool: pool) == [[0, 1]])
    #expect(NearDuplicates.find([bar(0, 0), bar(1, 0)], pool: pool) == [])
  }

  @Test("an alignment is found to a hundredth", arguments: ["chelsea", "coffee"])
  func alignment(stem: String) throws {
    let planes = try ["\(stem).jpg", "\(stem)-margins.jpg"].map { name in
      let thumbnail = try #require(AuditFixtures.facts(name).picture).thumbnail
      return Plane(width: Thumbnail.side, height: Thumbnail.side, samples: thumbnail.luma.map(Float.init))
    }
    let start = Alignment(Alignment.Axis(scale: 0.93, offset: 0.035))
    let found = Registration(moving: planes[0], fixed: planes[1]).refined(start, steps: 20)
    for axis in [found.horizontal, found.vertical] {
      #expect(abs(axis.scale - 0.9) < 0.01)
      #expect(abs(axis.offset - 0.05) < 0.01)
    }
  }

  @Test("features propose pairs, and do not decide")
  func features() throws {
    let table = FeatureTable([[3, 4, 0], [6, 8, 0.5], [0, 0, 1], [], [0, 0, 0]])
    #expect(table.agree(0, 1))
    #expect(!table.agree(0, 2))
    #expect(!table.agree(0, 3))
    #expect(!table.agree(3, 4))
    // The same features for all: nothing is accused, and nothing is lost.
    let names = ["chelsea.jpg", "mirrored.jpg", "coffee.jpg", "rocket.jpg", "chelsea-corner.jpg"]
    let facts = try names.map(AuditFixtures.facts)
    let same = facts.map { _ in [Float](repeating: 1, count: 8) }
    #expect(NearDuplicates.find(facts, features: same, pool: WorkerPool(threadCount: 2)) == [[0, 4]])
  }

  @Test("a signature is of length 1, and blind to brightness and contrast")
  func signature() throws {
    let thumbnail = try #require(AuditFixtures.facts("coffee.jpg").picture).thumbnail
    let plane = Plane(width: Thumbnail.side, height: Thumbnail.side, samples: thumbnail.luma.map(Float.init))
    let changed = Plane(width: plane.width, height: plane.height, samples: plane.samples.map { $0 * 0.5 + 20 })
    let (one, other) = (CosineTransform.signature(plane), CosineTransform.signature(changed))
    #expect(one.count == 64)
    #expect(abs(one.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  private static func areGrouped(_ one: String, _ other: String) throws -> Bool {
    let facts = try [one, other].map(AuditFixtures.facts)
    return NearDuplicates.find(facts, pool: WorkerPool(threadCount: 1)) == [[0, 1]]
  }
}
