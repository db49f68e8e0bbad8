/// The identity of one picture of one sample. Random changes depend on it and on the seed of the run alone.
public struct SampleDraw: Hashable, Sendable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The index of the sample in the data set.
  public var sample: Int
  /// The number of the picture, if an epoch shows several pictures of each sample; otherwise 0.
  public var view: Int

  /// The picture of a sample in an epoch.
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
