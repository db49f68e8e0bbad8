/// Everything that a user can set about adapting: the same settings, base and photos give the same weights.
public struct AdaptationSettings: Codable, Hashable, Sendable {
  /// Whether upper layers are trained after the head.
  public var fineTunes: Bool
  /// Decides on everything that is random.
  public var seed: UInt64
  /// Shares of the images that validate and test, where there are enough for that.
  public var validationShare: Double
  public var testShare: Double
  /// Images of the smallest class below which cross-validation takes the place of a test set.
  public var minimumForTestSet: Int
  /// Parts of cross-validation.
  public var folds: Int

  public init(
    fineTunes: Bool = false, seed: UInt64 = 0, validationShare: Double = 0.15, testShare: Double = 0.15,
    minimumForTestSet: Int = 30, folds: Int = 5
  ) {
    self.fineTunes = fineTunes
    self.seed = seed
    self.validationShare = validationShare
    self.testShare = testShare
    self.minimumForTestSet = minimumForTestSet
    self.folds = folds
  }

  enum CodingKeys: String, CodingKey {
    case seed, folds
    case fineTunes = "fine_tune"
    case validationShare = "validation_share"
    case testShare = "test_share"
    case minimumForTestSet = "minimum_for_test_set"
  }
}
