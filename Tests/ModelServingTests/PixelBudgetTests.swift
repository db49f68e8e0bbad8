import Foundation
import Glibc
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
            budget.withRoom(for: pixels) { seen.hold(pixels) }
          }
        }
      }
    }
    #expect(seen.all.count == 200)
    #expect(seen.all.allSatisfy { $0 <= 10 })
  }

  @Test("A picture larger than the budget is decoded when nothing else is")
  func oversized() async {
    let budget = PixelBudget(limit: 10)
    let seen = Seen()
    await withTaskGroup { group in
      for pixels in [3, 50, 3, 50, 3] {
        group.addTask {
          await onOwnThread { budget.withRoom(for: pixels) { seen.hold(pixels) } }
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
    // Would wait for ever, were anything of it still taken.
    #expect(budget.withRoom(for: 10) { true })
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

/// How many pixels several threads hold together, whenever one of them has just got some.
private final class Seen: Sendable {
  private let state = Mutex((held: 0, seen: [Int]()))

  var all: [Int] { state.withLock { $0.seen } }

  /// Holds them for a moment, long enough for others to come.
  func hold(_ pixels: Int) {
    state.withLock { state in
      state.held += pixels
      state.seen.append(state.held)
    }
    usleep(100)
    state.withLock { $0.held -= pixels }
  }
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
