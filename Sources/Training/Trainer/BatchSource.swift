import InferenceRuntime

/// Images with labels, as one part of the data delivers them: training, validation or test.
public protocol BatchSource: Sendable {
  /// Images of each class, in the order of the labels.
  var classCounts: [Int] { get }

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
  public var sampleCount: Int { classCounts.reduce(0, +) }
}

/// What a run learns from, in its parts.
public struct TrainingData: Sendable {
  /// In the order of the labels.
  public var classNames: [String]
  public var training: any BatchSource
  public var validation: (any BatchSource)?
  /// Asked for once, when all else is done.
  public var test: (any BatchSource)?
  /// SHA-256 that tells these data from others, test images too.
  public var fingerprint: String
  /// Where the data are, in words.
  public var origin: String

  public init(
    classNames: [String], training: any BatchSource, validation: (any BatchSource)?, test: (any BatchSource)?,
    fingerprint: String, origin: String
  ) {
    self.classNames = classNames
    self.training = training
    self.validation = validation
    self.test = test
    self.fingerprint = fingerprint
    self.origin = origin
  }

  /// - Throws: `TrainerError` where nothing can be learned from the data.
  func validate(batchSize: Int) throws(TrainerError) {
    guard classNames.count > 1 else { throw .oneClass(name: classNames.first ?? "") }
    if let empty = training.classCounts.firstIndex(of: 0) { throw .emptyClass(name: classNames[empty]) }
    guard training.sampleCount >= batchSize else {
      throw .fewerImagesThanBatch(images: training.sampleCount, batch: batchSize)
    }
    if let validation, validation.sampleCount == 0 { throw .noImages(of: "validation") }
    if let test, test.sampleCount == 0 { throw .noImages(of: "test") }
  }
}
