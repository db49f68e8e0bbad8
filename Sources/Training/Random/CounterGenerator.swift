/// Random numbers by counter (Philox): each number is a pure function of seed, stream, epoch, sample, view and its
/// index.
///
/// So a number depends neither on the order in which samples are prepared, nor on the number of threads, nor on where
/// a run was resumed. The words of Philox's counter are (index / 4, sample, epoch, view), and its key is (seed,
/// stream). Two different uses never share a counter.
public struct CounterGenerator: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt64>
  private var counter: SIMD4<UInt64>
  private var block: SIMD4<UInt64> = .zero
  /// Numbers of `block` that were taken; four before the first.
  private var taken = 4
  /// The second of two numbers that were drawn together.
  var spareNormal: Double?

  /// The numbers of one use.
  ///
  /// - Parameters:
  ///   - seed: the seed of the run.
  ///   - stream: the use of the numbers.
  ///   - epoch: the epoch, from 0. If numbers are drawn anew in each training step, it is the step.
  ///   - sample: the index in the data set, or of another thing that numbers are drawn for.
  ///   - view: the number of the picture, if several are made of one sample.
  public init(seed: UInt64, stream: RandomStream, epoch: Int = 0, sample: Int = 0, view: Int = 0) {
    key = SIMD2(seed, stream.rawValue)
    counter = SIMD4(
      0, UInt64(bitPattern: Int64(sample)), UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(view)))
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if taken == 4 {
      block = Philox.block(counter: counter, key: key)
      counter[0] &+= 1
      taken = 0
    }
    defer { taken += 1 }
    return block[taken]
  }

  /// The 64 random bits at one index, without drawing the ones before.
  ///
  /// - Parameter index: the number of `next()` calls that would come before.
  /// - Complexity: O(1).
  public static func value(
    seed: UInt64, stream: RandomStream, epoch: Int = 0, sample: Int = 0, view: Int = 0, index: UInt64 = 0
  ) -> UInt64 {
    var generator = CounterGenerator(seed: seed, stream: stream, epoch: epoch, sample: sample, view: view)
    generator.counter[0] = index / 4
    return Philox.block(counter: generator.counter, key: generator.key)[Int(index % 4)]
  }
}
