/// Which picture of which sample is made: all that random changes depend on, beside the run's seed.
public struct SampleDraw: Hashable, Sendable {
  /// From 0.
  public var epoch: Int
  /// Place in the data set.
  public var sample: Int
  /// Which of several pictures of the sample in one epoch.
  public var view: Int

  public init(epoch: Int = 0, sample: Int, view: Int = 0) {
    self.epoch = epoch
    self.sample = sample
    self.view = view
  }

  /// The random numbers of one use for this picture.
  func generator(seed: UInt64, _ stream: RandomStream) -> CounterGenerator {
    CounterGenerator(seed: seed, stream: stream, epoch: epoch, sample: sample, view: view)
  }
}
