import AllocationCounter
import ImageInput
import Testing

@testable import Training

/// Counts in a process of its own, where no other test allocates at the same time.
@Suite("Batches of stored images cost no memory but what an epoch takes once")
struct LoaderAllocationTests {
  @Test("however many batches there are", arguments: ["none", "flip,shift,rotate:10,colour-jitter:0.2:0.2,erase"])
  func steadyState(list: String) async {
    await #expect(processExitsWith: .success) { [list = list as String] in
      // One set is taken as it is, the other resized once and kept.
      for side in [28, 32] {
        let format = RasterFormat(channels: 1, height: 28, width: 28)
        let loader = try BatchLoader(
          DataFixtures.stored(4000, format),
          preprocessing: .samples(RasterFormat(channels: 1, height: side, width: side)),
          augmentation: Augmentation(list: list), options: LoaderOptions(.training, batchSize: 16))
        try Self.run(loader.batches(epoch: 0))
        let short = try Self.allocations { try Self.run(loader.batches(epoch: 1, from: loader.batchCount - 2)) }
        let long = try Self.allocations { try Self.run(loader.batches(epoch: 1)) }
        // What the system takes for a thread may differ by a few.
        #expect(long <= short + 8, "\(list), \(side): \(long) for 250 batches, \(short) for two")
      }
    }
  }

  private static func run(_ epoch: EpochBatches) throws {
    while try epoch.next() != nil {}
  }

  private static func allocations(_ body: () throws -> Void) rethrows -> Int {
    allocation_counter_start()
    defer { _ = allocation_counter_stop() }
    try body()
    return Int(allocation_counter_stop())
  }
}
