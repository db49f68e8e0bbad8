import ImageInput

/// Shifts an image by a random number of whole pixels in each direction, all equally likely. This is what a random
/// crop of a padded image does.
public struct RandomShift: AugmentationPart {
  /// The pixels that come into view at the edge.
  public enum Padding: String, Hashable, Sendable {
    /// The image mirrored at its outermost pixels, which are not repeated: `reflect` of NumPy and torchvision.
    case reflect
    /// Black: the sample 0 before normalising, as where preprocessing crops beyond an image.
    case zero
  }

  /// The largest shift in each direction, 1 to 256 pixels of the network's input.
  public var pixels: Int
  /// The pixels that come into view at the edge.
  public var padding: Padding

  /// A shift by at most the given number of pixels.
  public init(pixels: Int, padding: Padding = .reflect) {
    self.pixels = pixels
    self.padding = padding
  }

  static let name = "shift"
  static let accepted = "shift[:pixels 1..256 = 2[:reflect or zero = reflect]]"

  init(entry: String) throws(AugmentationError) {
    var parameters = AugmentationParameters(entry, accepted: Self.accepted)
    pixels = try parameters.whole("pixels", in: 1...256, default: 2)
    padding = try parameters.word("padding", default: .reflect)
    try parameters.finish()
  }

  /// The entry of an augmentation list, such as `shift:4:zero`.
  public var description: String {
    AugmentationParameters.text(Self.name, [("\(pixels)", pixels == 2), (padding.rawValue, padding == .reflect)])
  }

  func check(inputSize: PixelSize) throws(AugmentationError) {
    let side = min(inputSize.width, inputSize.height)
    guard pixels < side else {
      throw AugmentationError(
        entry: description, problem: "moves images of \(inputSize) pixels out of sight",
        accepted: "at most \(side - 1) pixels")
    }
  }

  /// Pixels to the right and downward.
  func offset(_ draw: SampleDraw, seed: UInt64) -> (x: Int, y: Int) {
    var generator = draw.generator(seed: seed, .shift)
    let y = pixels - generator.integer(below: 2 * pixels + 1)
    return (pixels - generator.integer(below: 2 * pixels + 1), y)
  }
}
