import ImageInput
import Training

/// Several pictures of each image, the same whenever they are made: what is computed of them can be kept.
///
/// View 0 is the image as serving sees it, view 1 its mirror image; the others are random parts of it, mirrored or not, of
/// which each is drawn by seed, sample and view alone.
struct ImageViews: Sendable {
  /// Small changes: what the frozen layers make of them is as good as what they make of the image itself.
  static let crops = RandomResizedCrop(scale: 0.6...1, ratio: 0.8...1.25)

  private let plain: SamplePreparation
  private let mirrored: SamplePreparation
  private let cropped: SamplePreparation

  /// - Throws: `PreprocessingError`, `AugmentationError`.
  init(_ dataSet: any DataSet, _ preprocessing: Preprocessing, seed: UInt64) throws {
    func preparation(_ augmentation: Augmentation) throws -> SamplePreparation {
      // Each picture is made once.
      try SamplePreparation(
        dataSet, preprocessing: preprocessing, augmentation: augmentation, seed: seed, cacheBytes: 0)
    }
    plain = try preparation(.none)
    mirrored = try preparation(Augmentation(flip: .random(probability: 1)))
    cropped = try preparation(Augmentation(resizedCrop: Self.crops, flip: .random(probability: 0.5)))
  }

  /// `[C][H][W]`, as a network takes it.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func picture(_ picture: Picture) throws -> [Float] {
    let draw = SampleDraw(sample: picture.sample, view: picture.view)
    switch picture.view {
    case 0: return try plain.sample(draw)
    case 1: return try mirrored.sample(draw)
    default: return try cropped.sample(draw)
    }
  }
}

/// One view of one image.
struct Picture: Hashable, Sendable {
  /// Place in the data set.
  let sample: Int
  let view: Int
}
