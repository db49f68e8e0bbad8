import Drawings

/// Why the seven steps cannot begin, or did not end.
public enum TuningError: Error, Hashable, Sendable {
  /// Not even the smallest share of the data can be tried.
  case budget(minutes: Double, least: Double, images: Int, imagesPerSecond: Double)
  /// Choices are made on images held out, and there are none.
  case noValidation
  /// Too few images for a sample that is apart from the rest.
  case tooFewImages(count: Int, batchSize: Int)
  /// Somebody asked the program to stop.
  case stopped(step: Int)
}

extension TuningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .budget(let minutes, let least, let images, let speed):
      "a budget of \(Numbers.short(minutes)) minutes is too small for one trial: at \(Numbers.short(speed)) images a second, "
        + "as measured, the steps with the smallest share of the data (\(images) images) take "
        + "\(Numbers.short((least * 100).rounded(.up) / 100)) minutes; give --budget that much at least, a smaller "
        + "--batch-size or a smaller network"
    case .noValidation:
      "every choice is made on images held out, so --validation takes a number of images or a share above 0"
    case .tooFewImages(let count, let batchSize):
      "\(count) images to train with are too few for the steps: two batches of \(batchSize) are needed; give a smaller "
        + "--batch-size"
    case .stopped(let step): "stopped in step \(step); the steps before it are in the report"
    }
  }
}
