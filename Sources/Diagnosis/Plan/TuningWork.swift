/// How much a run of the seven steps may compute, and how it is shared out: a pure function of what was measured.
///
/// Work is counted in passes of images: forward, backward and update of one. An image that is only looked at counts as a third.
public struct TuningWork: Hashable, Sendable, Encodable {
  /// Passes a second, as measured.
  public private(set) var imagesPerSecond: Double
  public let budgetSeconds: Double
  /// Images of step 2, and of a batch of them.
  public let sampleImages: Int
  public let sampleBatch: Int
  /// Most epochs of an attempt of step 2.
  public let sampleEpochs: Int
  /// Steps of each rate in step 3.
  public let iterations: Int
  /// Part of the training images that steps 4 to 7 learn from.
  public private(set) var share: Double
  public private(set) var trainingImages: Int
  public private(set) var validationImages: Int
  /// Candidates of step 4, and the epochs of each.
  public private(set) var coarseCandidates: Int
  public private(set) var coarseEpochs: Int
  /// Candidates of step 5, and the epochs of each.
  public private(set) var fineCandidates: Int
  public private(set) var fineEpochs: Int
  /// Images of a step of steps 3 to 7.
  public let batchSize: Int
  /// The passes that are for step 7.
  public let repeatPasses: Double

  /// What a plan goes out from.
  public struct Situation: Hashable, Sendable {
    public var imagesPerSecond: Double
    public var budgetSeconds: Double
    public var trainingImages: Int
    public var validationImages: Int
    public var classes: Int
    public var batchSize: Int
    /// Pairs of rate and decay that step 4 would like to try.
    public var coarseCandidates: Int

    public init(
      imagesPerSecond: Double, budgetSeconds: Double, trainingImages: Int, validationImages: Int, classes: Int,
      batchSize: Int, coarseCandidates: Int
    ) {
      self.imagesPerSecond = imagesPerSecond
      self.budgetSeconds = budgetSeconds
      self.trainingImages = trainingImages
      self.validationImages = validationImages
      self.classes = classes
      self.batchSize = batchSize
      self.coarseCandidates = coarseCandidates
    }
  }

  /// - Throws: `TuningError.budget` where not even the smallest share can be learned from once.
  public init(_ situation: Situation) throws(TuningError) {
    let least = Least(situation)
    let work = situation.imagesPerSecond * situation.budgetSeconds * Parts.used
    guard work >= least.work else {
      throw .budget(
        minutes: situation.budgetSeconds / 60,
        least: least.work / situation.imagesPerSecond / Parts.used / 60, images: least.images,
        imagesPerSecond: situation.imagesPerSecond)
    }
    (imagesPerSecond, budgetSeconds) = (situation.imagesPerSecond, situation.budgetSeconds)
    batchSize = situation.batchSize
    let sample = Sample(situation, work * Parts.sample, least)
    (sampleImages, sampleBatch, sampleEpochs) = (sample.images, sample.batch, sample.epochs)
    iterations = min(Self.mostIterations, Int(work * Parts.rates / Double(Self.rates * situation.batchSize)))
    let trials = Trials(situation, work, least)
    (trainingImages, validationImages, share) = (trials.images, trials.validation, trials.share)
    (coarseCandidates, coarseEpochs) = (trials.coarse, trials.coarseEpochs)
    (fineCandidates, fineEpochs) = (trials.fine, trials.fineEpochs)
    repeatPasses = work * Parts.again
  }

  /// The same with less for steps 4 to 7, where the machine has become slower than it was when its speed was measured.
  ///
  /// - Parameters:
  ///   - speed: images a second since then.
  ///   - secondsLeft: of the budget.
  func adjusted(_ situation: Situation, speed: Double, secondsLeft: Double) -> TuningWork {
    let left = max(speed * secondsLeft * Parts.used, 0)
    guard left < Parts.trials * imagesPerSecond * budgetSeconds * Parts.used else { return self }
    let trials = Trials(situation, left / Parts.trials, Least(situation))
    var work = self
    work.imagesPerSecond = speed
    (work.trainingImages, work.validationImages, work.share) = (trials.images, trials.validation, trials.share)
    (work.coarseCandidates, work.coarseEpochs) = (trials.coarse, trials.coarseEpochs)
    (work.fineCandidates, work.fineEpochs) = (trials.fine, trials.fineEpochs)
    return work
  }

  /// Of one epoch with its validation.
  var epochPasses: Double { Double(trainingImages) + Double(validationImages) / 3 }

  /// Rates that step 3 tries.
  static let rates = 4
  /// The lecture's number: within so many steps the loss is to fall.
  static let mostIterations = 100

  private enum CodingKeys: String, CodingKey {
    case share, iterations
    case imagesPerSecond = "images_per_second"
    case budgetSeconds = "budget_seconds"
    case batchSize = "batch_size"
    case sampleImages = "sample_images"
    case sampleEpochs = "sample_epochs"
    case trainingImages = "training_images"
    case validationImages = "validation_images"
    case coarseCandidates = "coarse_candidates"
    case coarseEpochs = "coarse_epochs"
    case fineCandidates = "fine_candidates"
    case fineEpochs = "fine_epochs"
  }
}

/// How the budget is shared out among the steps. A tenth is left for making plans and reading images.
private enum Parts {
  static let used = 0.9
  static let sample = 0.12
  static let rates = 0.18
  static let coarse = 0.25
  static let fine = 0.25
  static let again = 0.2
  /// Steps 4 to 7.
  static let trials = coarse + fine + again
}

/// What is needed at least.
private struct Least {
  /// The smallest share: some steps of an epoch, and some images of each class.
  let images: Int
  let sample: Int
  let work: Double

  static let iterations = 20
  static let sampleEpochs = 10
  static let fineEpochs = 5

  init(_ situation: TuningWork.Situation) {
    images = min(situation.trainingImages, max(5 * situation.batchSize, 20 * situation.classes))
    sample = max(2, min(situation.trainingImages / 2, max(2 * situation.classes, 32)))
    work = max(
      Double(images * Self.fineEpochs) / Parts.fine, Double(images) / Parts.coarse,
      Double(TuningWork.rates * Self.iterations * situation.batchSize) / Parts.rates,
      Double(sample * Self.sampleEpochs) / Parts.sample)
  }
}

/// The small sample of step 2: five batches, or as many images as can be gone through forty times.
private struct Sample {
  let images: Int
  let batch: Int
  let epochs: Int

  static let mostEpochs = 200

  init(_ situation: TuningWork.Situation, _ work: Double, _ least: Least) {
    let wanted = min(5 * situation.batchSize, situation.trainingImages / 2, Int(work / 40))
    let count = max(wanted, least.sample)
    batch = max(1, min(situation.batchSize, count >= 3 * situation.batchSize ? situation.batchSize : count / 4))
    images = count / batch * batch
    epochs = min(Self.mostEpochs, max(Least.sampleEpochs, Int(work) / max(images, 1)))
  }
}

/// Steps 4 and 5: as large a share as can be gone through once by all of the coarse grid and ten times by one of the fine one.
private struct Trials {
  let images: Int
  let validation: Int
  let share: Double
  let coarse: Int
  let coarseEpochs: Int
  let fine: Int
  let fineEpochs: Int

  /// Steps that a candidate of the coarse grid is to have, where the budget allows that to three of them.
  private static let leastSteps = 60

  init(_ situation: TuningWork.Situation, _ work: Double, _ least: Least) {
    let total = situation.trainingImages
    let perImage = 1 + Double(situation.validationImages) / Double(max(total, 1)) / 3
    let (coarseWork, fineWork) = (work * Parts.coarse / perImage, work * Parts.fine / perImage)
    // Fewer candidates rather than such that have hardly begun to learn when they are compared.
    let wanted = min(situation.coarseCandidates, max(3, Int(coarseWork) / (Self.leastSteps * situation.batchSize)))
    let affordable = min(coarseWork / Double(wanted), fineWork / 10)
    images = min(total, max(least.images, Int(affordable)))
    share = Double(images) / Double(max(total, 1))
    validation = Int((Double(situation.validationImages) * share).rounded(.up))
    let (coarseEpochsInAll, fineEpochsInAll) = (coarseWork / Double(images), fineWork / Double(images))
    coarse = max(1, min(wanted, Int(coarseEpochsInAll)))
    coarseEpochs = max(1, min(5, Int(coarseEpochsInAll) / coarse))
    fine = max(1, min(3, Int(fineEpochsInAll / 10)))
    fineEpochs = max(Least.fineEpochs, min(20, Int(fineEpochsInAll) / fine))
  }
}
