import Synchronization
import Threads

/// The number of pixels that may be decoded at one time, over all requests. It bounds the memory of decoded images.
///
/// An image waits until there is room for it. It holds its share only while it is decoded and resized, and waits for
/// nothing else meanwhile, so no deadlock is possible. An image that is larger than the whole budget is decoded when
/// no other image is.
///
/// `@unchecked Sendable`: `used` is touched only under `condition`.
final class PixelBudget: @unchecked Sendable {
  let limit: Int
  private let condition = MonotonicCondition()
  /// The next image waits behind this lock, so that small images do not overtake a large one for ever.
  private let turnstile = Mutex(())
  private var used = 0

  init(limit: Int) { self.limit = limit }

  /// Runs `body` once there is room for so many pixels. Blocks its thread until then, so it is for threads of one's own.
  func withRoom<Value>(for pixels: Int, _ body: () throws -> Value) rethrows -> Value {
    turnstile.withLock { _ in take(pixels) }
    defer { giveBack(pixels) }
    return try body()
  }

  private func take(_ pixels: Int) {
    condition.withLock {
      while used > 0 && used + pixels > limit { condition.wait() }
      used += pixels
    }
  }

  private func giveBack(_ pixels: Int) {
    condition.withLock {
      used -= pixels
      condition.signal()
    }
  }
}
