import ModelServing

/// One part of the data of a run, as batches: training, validation or test images.
public protocol BatchSource: AnyObject {
  /// The number of images of each class, in the order of the labels.
  var classCounts: [Int] { get }
  /// The images that could not be read so far.
  var unreadableImages: [UnreadableImage] { get }

  /// Looks for a class of which no image can be read. The default finds none.
  ///
  /// - Returns: the index of the first such class, or `nil`.
  func firstUnreadableClass() -> Int?

  /// Calls `body` with each batch of an epoch. The source reuses the batch's memory when `body` returns.
  ///
  /// - Parameters:
  ///   - epoch: the epoch, from 0. It decides the order and the random changes of training images.
  ///   - batchSize: the largest number of samples of a batch.
  ///   - dropsLast: whether an incomplete last batch is left out.
  ///   - body: uses one batch. If it throws, the epoch ends.
  /// - Throws: errors of `body`, and errors of the data such as `DataSetError.tooManyUnreadable`.
  func forEachBatch(
    epoch: Int, batchSize: Int, dropsLast: Bool, _ body: (TrainingBatch) throws -> Void) throws
}

extension BatchSource {
  /// No unreadable images: the default for images in memory.
  public var unreadableImages: [UnreadableImage] { [] }

  /// No unreadable class: the default for images in memory.
  public func firstUnreadableClass() -> Int? { nil }

  /// The number of images of all classes.
  public var sampleCount: Int { classCounts.reduce(0, +) }
}

/// The data of a run in their parts.
public struct TrainingData {
  /// The classes, in the order of the network's outputs.
  public var classes: [ClassLabel]
  /// The images to learn from.
  public var training: any BatchSource
  /// The images that each epoch is validated with; `nil` for no validation.
  public var validation: (any BatchSource)?
  /// The images of the final evaluation. They are read once, when nothing is left to choose.
  public var test: (any BatchSource)?
  /// The SHA-256 of the data in hexadecimal, validation and test images included.
  public var fingerprint: String
  /// The origin of the data in words, for example a path.
  public var origin: String

  /// Data of the given parts.
  ///
  /// - Parameters:
  ///   - classes: the classes, in the order of the network's outputs.
  ///   - training: the images to learn from.
  ///   - validation: the images that each epoch is validated with.
  ///   - test: the images of the final evaluation.
  ///   - fingerprint: the SHA-256 of the data in hexadecimal.
  ///   - origin: the origin of the data in words.
  public init(
    classes: [ClassLabel], training: any BatchSource, validation: (any BatchSource)?, test: (any BatchSource)?,
    fingerprint: String, origin: String
  ) {
    self.classes = classes
    self.training = training
    self.validation = validation
    self.test = test
    self.fingerprint = fingerprint
    self.origin = origin
  }

  /// - Throws: `DataSetError` where nothing can be learned from the data.
  func validate(batchSize: Int) throws(DataSetError) {
    let census = ClassCensus(place: origin, classes: classes, counts: training.classCounts)
    try census.requireTrainable(batchSize: batchSize)
    if let lost = training.firstUnreadableClass() {
      throw .unreadableClass(place: origin, className: classes[lost].name)
    }
    if let validation, validation.sampleCount == 0 { throw .noImages(place: "\(origin), validation") }
    if let test, test.sampleCount == 0 { throw .noImages(place: "\(origin), test") }
  }
}
