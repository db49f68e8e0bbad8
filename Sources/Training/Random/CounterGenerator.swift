/// Random numbers by counter: each is a pure function of seed, stream, epoch, sample, view and its index.
///
/// Nothing else matters, neither the order in which samples are prepared, nor the number of threads, nor where a run
/// was resumed. The words of Philox's counter are (index / 4, sample, epoch, view), its key is (seed, stream): two
/// places never share a counter.
public struct CounterGenerator: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt64>
  private var counter: SIMD4<UInt64>
  private var block: SIMD4<UInt64> = .zero
  /// Numbers of `block` that were taken; four before the first.
  private var taken = 4
  /// The second of two numbers that were drawn together.
  var spareNormal: Double?

  /// - Parameters:
  ///   - seed: the run's.
  ///   - epoch: from 0; the step, where numbers are drawn anew in each.
  ///   - sample: place in the data set, or of whatever is drawn for.
  ///   - view: which of several pictures that are made of one sample.
  public init(seed: UInt64, stream: RandomStream, epoch: Int = 0, sample: Int = 0, view: Int = 0) {
    key = SIMD2(seed, stream.rawValue)
    counter = SIMD4(
      0, UInt64(bitPattern: Int64(sample)), UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(view)))
  }

  public mutating func next() -> UInt64 {
    if taken == 4 {
      block = Philox.block(counter: counter, key: key)
      counter[0] &+= 1
      taken = 0
    }
    defer { taken += 1 }
    return block[taken]
  }

  /// The number at an index, which `next()` gives after as many others.
  public static func value(
    seed: UInt64, stream: RandomStream, epoch: Int = 0, sample: Int = 0, view: Int = 0, index: UInt64 = 0
  ) -> UInt64 {
    var generator = CounterGenerator(seed: seed, stream: stream, epoch: epoch, sample: sample, view: view)
    generator.counter[0] = index / 4
    return Philox.block(counter: generator.counter, key: generator.key)[Int(index % 4)]
  }
}
