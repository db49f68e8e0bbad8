public import ImageInput

/// Random changes of the images that a network learns from, so that it meets no image twice.
///
/// Whatever the order in which they are written, they are applied in this one:
///
/// 1. `resized-crop` in the place of the preprocessing's resize and crop, so that all that follow see the network's
///    size;
/// 2. `colour-jitter`, before anything is filled in;
/// 3. `rotate`;
/// 4. `flip` or `alternating-flip`;
/// 5. `shift`;
/// 6. `erase`, which comes after normalising: what is erased is 0, the mean.
///
/// Each is a pure function of the seed, the epoch, the sample and the view.
public struct Augmentation: Hashable, Sendable {
  public var resizedCrop: RandomResizedCrop?
  public var colourJitter: ColourJitter?
  public var rotation: RandomRotation?
  public var flip: Flip?
  public var shift: RandomShift?
  public var erasing: RandomErasing?

  public init(
    resizedCrop: RandomResizedCrop? = nil, colourJitter: ColourJitter? = nil, rotation: RandomRotation? = nil,
    flip: Flip? = nil, shift: RandomShift? = nil, erasing: RandomErasing? = nil
  ) {
    self.resizedCrop = resizedCrop
    self.colourJitter = colourJitter
    self.rotation = rotation
    self.flip = flip
    self.shift = shift
    self.erasing = erasing
  }

  /// Images as they are.
  public static let none = Augmentation()

  /// Refuses what cannot be done at the size of a network's input.
  ///
  /// - Throws: `AugmentationError`.
  public func check(inputSize: PixelSize) throws(AugmentationError) {
    try shift?.check(inputSize: inputSize)
  }
}
