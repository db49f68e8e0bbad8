import ModelServing

/// Images with labels, as one part of the data delivers them: training, validation or test.
public protocol BatchSource: AnyObject {
  /// Images of each class, in the order of the labels.
  var classCounts: [Int] { get }
  /// Images that were found unreadable so far.
  var unreadableImages: [UnreadableImage] { get }

  /// The first class of whose images none can be read, looked for now; `nil` where there is no such class.
  func firstUnreadableClass() -> Int?

  /// Calls `body` with one batch after the other. The batch belongs to the source again when `body` returns.
  ///
  /// - Parameters:
  ///   - epoch: from 0; decides order and random changes, where the source has such.
  ///   - batchSize: most samples of a batch.
  ///   - dropsLast: whether a last batch that is not full is left out.
  /// - Throws: what `body` throws, which ends the delivery; or what is wrong with the data.
  func forEachBatch(
    epoch: Int, batchSize: Int, dropsLast: Bool, _ body: (TrainingBatch) throws -> Void) throws
}

extension BatchSource {
  public var unreadableImages: [UnreadableImage] { [] }

  public func firstUnreadableClass() -> Int? { nil }

  public var sampleCount: Int { classCounts.reduce(0, +) }
}

/// What a run learns from, in its parts.
public struct TrainingData {
  /// In the order of the network's outputs.
  public var classes: [ClassLabel]
  public var training: any BatchSource
  public var validation: (any BatchSource)?
  /// Asked for once, when all else is done.
  public var test: (any BatchSource)?
  /// SHA-256 that tells these data from others, test images too.
  public var fingerprint: String
  /// Where the data are, in words.
  public var origin: String

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
