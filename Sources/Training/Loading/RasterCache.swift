import Synchronization

/// Images at the network's size, each kept the first time that it was made.
///
/// `@unchecked Sendable`: a slot is written by the thread that took it from `empty` to `filling`, and read by others
/// only once it is `filled`.
final class RasterCache: @unchecked Sendable {
  private static let empty: UInt8 = 0
  private static let filling: UInt8 = 1
  private static let filled: UInt8 = 2

  private let format: RasterFormat
  private let count: Int
  private let memory: ByteMemory
  private let states: UnsafeMutablePointer<Atomic<UInt8>>

  /// `nil` if all images together would take more than `budget` bytes.
  init?(count: Int, format: RasterFormat, budget: Int) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: format.count)
    guard !overflow, bytes <= budget else { return nil }
    self.format = format
    self.count = count
    memory = ByteMemory(bytes)
    states = .allocate(capacity: max(count, 1))
    for index in 0..<count { (states + index).initialize(to: Atomic(Self.empty)) }
  }

  deinit {
    states.deinitialize(count: count)
    states.deallocate()
  }

  /// The planes of an image; `nil` if they are not cached yet.
  func planes(_ index: Int) -> UnsafePointer<UInt8>? {
    guard states[index].load(ordering: .acquiring) == Self.filled else { return nil }
    return UnsafePointer(memory.pointer + index * format.count)
  }

  /// Keeps an image, unless another thread does.
  func keep(_ planes: UnsafePointer<UInt8>, for index: Int) {
    let taken = states[index].compareExchange(
      expected: Self.empty, desired: Self.filling, ordering: .acquiring)
    guard taken.exchanged else { return }
    (memory.pointer + index * format.count).update(from: planes, count: format.count)
    states[index].store(Self.filled, ordering: .releasing)
  }
}
