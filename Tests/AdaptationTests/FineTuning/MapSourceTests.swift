import Foundation
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct MapSourceTests {
  private let folder: TemporaryFolder
  private let file: MapFile
  private static let views = 3
  private static let samples = (0..<7).map { MapSource.Sample(label: $0 % 2, maps: $0 * views..<($0 + 1) * views) }

  init() throws {
    folder = try TemporaryFolder()
    file = try MapFile(
      folder.url.appendingPathComponent("maps.bin"), identity: String(repeating: "a", count: 64), mapCount: 2, group: 1)
    try file.append((0..<21).map { [Float($0), -Float($0)] })
  }

  private func source(_ seed: UInt64?) -> MapSource {
    MapSource(file, Self.samples, classCount: 3, mapShape: [2], shufflingBy: seed)
  }

  /// First values and labels, batch by batch.
  private func batches(_ source: MapSource, epoch: Int, dropsLast: Bool) throws -> [[(map: Int, label: Int)]] {
    var batches: [[(Int, Int)]] = []
    try source.forEachBatch(epoch: epoch, batchSize: 3, dropsLast: dropsLast) { batch in
      #expect((0..<batch.count).allSatisfy { batch.images[2 * $0] == -batch.images[2 * $0 + 1] })
      batches.append((0..<batch.count).map { (Int(batch.images[2 * $0]), Int(batch.labels[$0])) })
    }
    return batches
  }

  @Test("images to be judged by come once each, as they are, in their order")
  func evaluation() throws {
    let batches = try batches(source(nil), epoch: 5, dropsLast: false)
    #expect(batches.map(\.count) == [3, 3, 1])
    #expect(batches.flatMap(\.self).map(\.map) == [0, 3, 6, 9, 12, 15, 18])
    #expect(batches.flatMap(\.self).map(\.label) == [0, 1, 0, 1, 0, 1, 0])
    #expect(source(nil).classCounts == [4, 3, 0])
  }

  @Test("an epoch of training shows each image in one of its views, in an order of its own")
  func training() throws {
    let epochs = try (0..<2).map { try batches(source(3), epoch: $0, dropsLast: true) }
    for batches in epochs {
      #expect(batches.map(\.count) == [3, 3])
      let shown = batches.flatMap(\.self)
      #expect(Set(shown.map { $0.map / Self.views }).count == 6)
      #expect(shown.allSatisfy { $0.map / Self.views % 2 == $0.label })
    }
    #expect(epochs[0].flatMap(\.self).map(\.map) != epochs[1].flatMap(\.self).map(\.map))
    #expect(
      try batches(source(3), epoch: 0, dropsLast: true).flatMap(\.self).map(\.map)
        == epochs[0].flatMap(\.self).map(\.map))
    #expect(source(3).order(epoch: 0) != source(4).order(epoch: 0))
  }

  @Test("as many epochs as there are views show each view of an image once, in orders that change")
  func views() {
    let source = source(11)
    var orders: Set<[Int]> = []
    for sample in Self.samples.indices {
      for round in 0..<4 {
        let shown = (0..<Self.views).map { source.map(of: sample, epoch: round * Self.views + $0) }
        #expect(Set(shown) == Set(Self.samples[sample].maps))
        orders.insert(shown.map { $0 - Self.samples[sample].maps.lowerBound })
      }
    }
    #expect(orders.count == 6)
  }
}
