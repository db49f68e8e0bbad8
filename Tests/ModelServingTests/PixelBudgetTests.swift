import Foundation
import ImageInput
import Synchronization
import Testing

@testable import ModelServing

@Suite("Pixels in flight", .timeLimit(.minutes(5)))
struct PixelBudgetTests {
  @Test("Never more pixels are decoded at a time than the budget has")
  func bound() async {
    let budget = PixelBudget(limit: 10)
    let seen = Seen()
    await withTaskGroup { group in
      for pixels in (0..<200).map({ $0 % 7 + 1 }) {
        group.addTask {
          await onOwnThread {
            budget.withRoom(for: pixels) { seen.append(budget.inUse) }
          }
        }
      }
    }
    #expect(seen.all.allSatisfy { $0 <= 10 })
    #expect(budget.inUse == 0)
  }

  @Test("A picture larger than the budget is decoded when nothing else is")
  func oversized() async {
    let budget = PixelBudget(limit: 10)
    let seen = Seen()
    await withTaskGroup { group in
      for pixels in [3, 50, 3, 50, 3] {
        group.addTask {
          await onOwnThread { budget.withRoom(for: pixels) { seen.append(budget.inUse) } }
        }
      }
    }
    #expect(seen.all.filter { $0 >= 50 } == [50, 50])
  }

  @Test("What fails gives its share back")
  func failure() {
    struct Failure: Error {}
    let budget = PixelBudget(limit: 10)
    #expect(throws: Failure.self) { try budget.withRoom(for: 10) { throw Failure() } }
    #expect(budget.inUse == 0)
  }

  @Test("A request of more pixels than one may have is refused by the headers, and leaves the queue")
  func request() async throws {
    let photo = try Fixtures.image("photo.jpg")
    let pixels = 240 * 160
    let configuration = ServingConfiguration(threadCount: 1, maximumRequestPixels: 2 * pixels)
    let model = try ServedModel(
      Fixtures.package(), configuration: configuration, decodePool: DecodePool(threadCount: 1))
    #expect(try await model.classify([photo, photo]).predictions.count == 2)
    // Were the third image decoded first, its missing end would be the reason.
    let cut = EncodedImage(name: "cut.jpg", bytes: photo.bytes.prefix(photo.bytes.count / 2))
    await #expect(throws: TooManyPixels(pixels: 3 * pixels, maximum: 2 * pixels)) {
      try await model.classify([cut, photo, photo])
    }
    #expect(model.queue.admittedCount == 0)
  }
}

/// What several threads have seen.
private final class Seen: Sendable {
  private let values = Mutex<[Int]>([])

  var all: [Int] { values.withLock { $0 } }

  func append(_ value: Int) { values.withLock { $0.append(value) } }
}

/// Runs what blocks where it holds up no task.
private func onOwnThread(_ body: @escaping @Sendable () -> Void) async {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      body()
      continuation.resume()
    }
  }
}
