import ImageInput
import ModelServing
import Testing

@testable import Training

@Suite("Batches of an epoch")
struct BatchLoaderTests {
  private static let format = RasterFormat(channels: 1, height: 4, width: 5)

  /// Everything that batches hold.
  private struct Contents: Hashable {
    var batches: [[Float]] = []
    var labels: [[Int32]] = []

    init(_ epoch: EpochBatches) throws {
      while let batch = try epoch.next() {
        batches.append(Array(UnsafeBufferPointer(start: batch.images, count: batch.count * batch.sampleCount)))
        labels.append(Array(UnsafeBufferPointer(start: batch.labels, count: batch.count)))
      }
    }
  }

  private static func loader(
    _ set: any DataSet, _ purpose: LoaderPurpose = .training, batchSize: Int = 8, threads: Int = 1,
    augmentation: String = "alternating-flip,shift:1,rotate:20,colour-jitter:0.3,erase", seed: UInt64 = 3
  ) throws -> BatchLoader {
    try BatchLoader(
      set, preprocessing: .samples(format), augmentation: Augmentation(list: augmentation),
      options: LoaderOptions(purpose, batchSize: batchSize, seed: seed, threadCount: threads))
  }

  @Test("each sample once an epoch, whole batches alone, in an order of each epoch's own")
  func training() throws {
    // The first sample of an image tells which one it is.
    let set = DataFixtures.stored(
      (0..<45).flatMap { [UInt8](repeating: $0, count: 20) }, Self.format, labels: (0..<45).map { $0 % 3 })
    let loader = try Self.loader(set, augmentation: "none")
    #expect(loader.batchCount == 5 && loader.sampleShape == [1, 4, 5])
    var orders: [[Float]] = []
    for epoch in 0..<3 {
      let contents = try Contents(loader.batches(epoch: epoch))
      #expect(contents.labels.map(\.count) == [8, 8, 8, 8, 8])
      let samples = contents.batches.flatMap { batch in stride(from: 0, to: batch.count, by: 20).map { batch[$0] } }
      #expect(Set(samples).count == 40)
      #expect(contents.labels.flatMap { $0 } == samples.map { Int32($0) % 3 })
      orders.append(samples)
    }
    #expect(Set(orders).count == 3 && !orders.contains(orders[0].sorted()))
  }

  @Test("an evaluation keeps the order and the last, smaller batch")
  func evaluation() throws {
    let set = DataFixtures.stored(21, Self.format)
    let contents = try Contents(Self.loader(set, .evaluation, augmentation: "none").batches(epoch: 0))
    #expect(contents.labels.map(\.count) == [8, 8, 5])
    #expect(contents.labels.flatMap { $0 } == (0..<21).map { $0 % 3 })
    #expect(contents.batches.flatMap { $0 } == DataFixtures.samples(21 * 20).map(Float.init))
  }

  @Test("bits are the same with one, two and four threads", arguments: [2, 4])
  func threads(count: Int) throws {
    let set = DataFixtures.stored(100, Self.format)
    for epoch in 0..<3 {
      let alone = try Contents(Self.loader(set).batches(epoch: epoch))
      try #expect(Contents(Self.loader(set, threads: count).batches(epoch: epoch)) == alone)
    }
  }

  @Test("an epoch can begin in its middle", arguments: [0, 1, 7, 11, 12])
  func resuming(first: Int) throws {
    let loader = try Self.loader(DataFixtures.stored(100, Self.format), threads: 2)
    let whole = try Contents(loader.batches(epoch: 5))
    let rest = try Contents(loader.batches(epoch: 5, from: first))
    #expect(rest.batches == Array(whole.batches.dropFirst(first)))
    #expect(rest.labels == Array(whole.labels.dropFirst(first)))
  }

  @Test("seed, epoch and view change what is seen")
  func draws() throws {
    let set = DataFixtures.stored(64, Self.format)
    let loader = try Self.loader(set)
    let contents = try [
      Contents(loader.batches(epoch: 0)), Contents(loader.batches(epoch: 1)),
      Contents(loader.batches(epoch: 0, view: 1)), Contents(Self.loader(set, seed: 4).batches(epoch: 0)),
    ]
    #expect(Set(contents).count == 4)
    try #expect(Contents(loader.batches(epoch: 0)) == contents[0])
  }

  @Test("an epoch that is stopped or let go of leaves no thread, and the next one is whole", arguments: [1, 3])
  func stopping(threads: Int) throws {
    let loader = try Self.loader(DataFixtures.stored(400, Self.format), threads: threads)
    let expected = try Contents(loader.batches(epoch: 2))
    for round in 0..<50 {
      let epoch = loader.batches(epoch: round)
      for _ in 0..<round % 7 { _ = try epoch.next() }
      if round % 3 == 0 {
        epoch.stop()
        try #expect(epoch.next() == nil)
      }
    }
    let left = loader.batches(epoch: 0)
    try #expect(Contents(loader.batches(epoch: 2)) == expected)
    try #expect(left.next() == nil)
  }

  @Test("too few images to train with are refused")
  func tooFew() throws {
    #expect(throws: DataSetError.tooFewImages(place: "fixture", count: 7, batchSize: 8)) {
      try Self.loader(DataFixtures.stored(7, Self.format))
    }
    #expect(throws: DataSetError.noImages(place: "fixture")) {
      try Self.loader(DataFixtures.stored(0, Self.format), .evaluation)
    }
  }

  // MARK: Images that cannot be read

  @Test("unreadable images give their places to others when training", arguments: [1, 4])
  func replaced(threads: Int) throws {
    let set = FaultySet(count: 40, faulty: [3, 4, 5, 39])
    let loader = try Self.loader(set, threads: threads)
    for epoch in 0..<3 {
      let contents = try Contents(loader.batches(epoch: epoch))
      #expect(contents.labels.map(\.count) == [8, 8, 8, 8, 8])
      try #expect(contents == Contents(Self.loader(set).batches(epoch: epoch)))
      // Each label is that of the image beside it.
      let firsts = contents.batches.flatMap { batch in stride(from: 0, to: batch.count, by: 20).map { batch[$0] } }
      #expect(firsts.count == 40)
    }
    #expect(loader.unreadableImages.map(\.identifier) == ["file 3", "file 4", "file 5", "file 39"])
    #expect(loader.unreadableImages[0].reason.hasPrefix("not a picture in an accepted format: found nothing"))
  }

  @Test("unreadable images are left out of evaluations")
  func leftOut() throws {
    let set = FaultySet(count: 20, faulty: [0, 1, 2, 3, 4, 5, 6, 7, 19])
    let contents = try Contents(Self.loader(set, .evaluation, augmentation: "none").batches(epoch: 0))
    #expect(contents.labels == [(8..<16).map { $0 % 2 }, [0, 1, 0]])
    #expect(contents.batches[1][0] == 16)
  }

  @Test("more than the limit are an error in their place", arguments: [1, 2])
  func tooManyUnreadable(threads: Int) throws {
    let set = FaultySet(count: 60, faulty: Set(30..<60))
    let epoch = try Self.loader(set, .evaluation, threads: threads).batches(epoch: 0)
    var batches = 0
    let error = try #require(throws: DataSetError.self) {
      while try epoch.next() != nil { batches += 1 }
    }
    guard case .tooManyUnreadable("faulty", 10, let examples) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(batches >= 3 && examples.count == 3)
    try #expect(epoch.next() == nil)
  }

  @Test("the limit", arguments: [(1, 0), (2, 1), (10, 5), (40, 10), (1000, 10), (60_000, 600)])
  func limit(count: Int, expected: Int) {
    #expect(UnreadableLimit().count(of: count) == expected)
  }
}

/// Images of 4 x 5 that hold their number, some of which cannot be read.
private struct FaultySet: DataSet {
  let count: Int
  let faulty: Set<Int>
  let name = "faulty"
  let classes = DataFixtures.classes(2)

  func label(_ index: Int) -> Int { index % 2 }
  func identifier(_ index: Int) -> String { "file \(index)" }
  func fingerprint() -> String { "none" }

  func image(_ index: Int) throws -> PixelImage {
    if faulty.contains(index) { return try ImageDecoder.decode([] as [UInt8]) }
    return PixelImage(width: 5, height: 4, pixels: [UInt8](repeating: UInt8(index), count: 60))
  }
}
