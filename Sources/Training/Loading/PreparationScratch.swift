/// Memory that one thread prepares samples in.
///
/// `@unchecked Sendable`: one thread at a time has it.
final class PreparationScratch: @unchecked Sendable {
  /// Two images of 8-bit samples.
  let first: UnsafeMutablePointer<UInt8>
  let second: UnsafeMutablePointer<UInt8>
  /// An image before its samples are 8-bit again.
  let floats: UnsafeMutableBufferPointer<Float>
  /// For each column of a plane the column that it shows.
  let columns: UnsafeMutablePointer<Int32>

  init(_ format: RasterFormat) {
    first = .allocate(capacity: format.count)
    second = .allocate(capacity: format.count)
    floats = .allocate(capacity: format.count)
    columns = .allocate(capacity: format.width)
    first.initialize(repeating: 0, count: format.count)
    second.initialize(repeating: 0, count: format.count)
    floats.initialize(repeating: 0)
    columns.initialize(repeating: 0, count: format.width)
  }

  deinit {
    first.deallocate()
    second.deallocate()
    floats.deallocate()
    columns.deallocate()
  }
}
