import Foundation
import ImageInput
import InferenceRuntime
import Synchronization
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct PhotoFactsTests {
  /// There as long as the test runs.
  private let photos: PhotoFolder

  init() throws {
    photos = try PhotoFolder()
  }

  private struct Measures: Decodable {
    let width: Int
    let height: Int
    let brightness: Double
    let contrast: Double
    let highlights: Double
    let shadows: Double
    let sharpness: Double
    let sha256: String
  }

  @Test(
    "size, light, sharpness and hash are NumPy's", arguments: ["chelsea.jpg", "coffee.jpg", "rocket.jpg", "apple.png"])
  func measures(name: String) throws {
    let expected = try #require(AuditFixtures.golden("measures.json", as: [String: Measures].self)[name])
    let facts = try AuditFixtures.facts(name)
    let picture = try #require(facts.picture)
    #expect(facts.contentHash == expected.sha256)
    #expect(facts.problem == nil)
    #expect((picture.width, picture.height) == (expected.width, expected.height))
    #expect(abs(picture.light.brightness - expected.brightness) < 1e-4)
    #expect(abs(picture.light.contrast - expected.contrast) < 1e-4)
    // Ours are of whole levels, of which there are 255.
    #expect(abs(picture.light.highlights - expected.highlights) < 0.006)
    #expect(abs(picture.light.shadows - expected.shadows) < 0.006)
    #expect(abs(picture.sharpness / expected.sharpness - 1) < 1e-3)
  }

  @Test(
    "what cannot be decoded says why",
    arguments: [
      ("empty.jpg", [], "the file is empty"),
      ("text.png", Array("hello".utf8), "found text"),
      ("moving.gif", Array("GIF89a".utf8), "found a GIF image"),
      ("huge.png", hugePNG, "at most 50000000 are accepted"),
    ] as [(String, [UInt8], String)])
  func unreadable(name: String, bytes: [UInt8], reason: String) throws {
    try photos.write(bytes, to: "photos/\(name)")
    let facts = PhotoFacts(try photos.open(), 0)
    #expect(facts.picture == nil)
    #expect(facts.bytes == bytes.count)
    let problem = try #require(facts.problem)
    #expect(problem.contains(reason), "\(problem)")
    #expect(try photos.audit().unreadableReasons == ["photos/\(name)": problem])
  }

  /// The header of a PNG of 60,000 x 60,000 pixels.
  private static let hugePNG: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
    + [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0, 0xDF, 0xB4, 0x75, 0x90]

  @Test("a JPEG cut off in the middle, and a moving WebP, are unreadable")
  func broken() throws {
    let whole = try Data(contentsOf: AuditFixtures.goldens.appendingPathComponent("coffee.jpg"))
    try photos.write([UInt8](whole.prefix(whole.count / 2)), to: "photos/cut.jpg")
    try photos.folder.copy(Checkout.images.appendingPathComponent("animated.webp"), to: "photos/moving.webp")
    let audit = try photos.audit()
    #expect(audit.unreadable == ["photos/cut.jpg", "photos/moving.webp"])
    #expect(audit.unreadableReasons["photos/cut.jpg"]?.contains("JPEG cannot be decoded") == true)
    #expect(audit.unreadableReasons["photos/moving.webp"]?.contains("animated") == true)
  }

  @Test("a file that is not there is unreadable, and has neither hash nor length")
  func missing() throws {
    try photos.folder.write("path,label\nnowhere.jpg,one\n", to: "list.csv")
    let facts = PhotoFacts(try DataSource.open(photos.folder.url.appendingPathComponent("list.csv")).training, 0)
    #expect(facts == PhotoFacts(contentHash: nil, bytes: nil, picture: nil, problem: "No such file or directory"))
  }

  @Test("a picture that is turned by its file is seen upright")
  func upright() throws {
    for number in [1, 6] {
      try photos.folder.copy(
        Checkout.images.appendingPathComponent("orientation-\(number).jpg"), to: "photos/\(number).jpg")
    }
    let set = try photos.open()
    let (plain, turned) = (try #require(PhotoFacts(set, 0).picture), try #require(PhotoFacts(set, 1).picture))
    // The stored pixels are the same; the flag turns one of them by a quarter.
    #expect((plain.width, plain.height) == (turned.height, turned.width))
  }

  @Test("pixels without a file have a hash of their own, and the same measures as a file of them")
  func pixels() throws {
    let image = AuditFixtures.grey(width: 40, height: 30) { x, y in x * 5 + y }
    let other = AuditFixtures.grey(width: 30, height: 40) { x, y in x * 5 + y }
    #expect(image.contentHash.count == 64)
    #expect(image.contentHash != other.contentHash)
    let facts = AuditFixtures.facts(image)
    #expect(facts.picture?.width == 40)
    #expect(facts.bytes == nil)
  }

  @Test("facts are the same with any number of threads, and each image is told of once")
  func threads() throws {
    for variant in AuditFixtures.variants { try photos.add("chelsea-\(variant)") }
    try photos.write([], to: "photos/empty.jpg")
    let set = try photos.open()
    let alone = PhotoFacts.gather(set, pool: WorkerPool(threadCount: 1))
    let told = Mutex<[Int]>([])
    let together = PhotoFacts.gather(
      set, pool: WorkerPool(threadCount: 3), progress: { count in told.withLock { $0.append(count) } })
    #expect(alone != nil)
    #expect(alone == together)
    #expect(told.withLock { $0.sorted() } == Array(1...set.count))
  }

  @Test("gathering stops when asked to, without a result")
  func stops() throws {
    for variant in AuditFixtures.variants { try photos.add("chelsea-\(variant)") }
    let seen = Atomic(0)
    let facts = PhotoFacts.gather(
      try photos.open(), pool: WorkerPool(threadCount: 1),
      isStopping: { seen.add(1, ordering: .relaxed).newValue > 3 })
    #expect(facts == nil)
  }

  @Test("facts survive JSON; a thumbnail of another size is refused")
  func coding() throws {
    let facts = try AuditFixtures.facts("coffee.jpg")
    let json = try JSONEncoder().encode(facts)
    #expect(try JSONDecoder().decode(PhotoFacts.self, from: json) == facts)
    let short = try JSONEncoder().encode(["luma": Data([1]), "colours": Data()])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Thumbnail.self, from: short) }
  }
}
