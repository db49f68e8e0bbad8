public import ImageInput

/// Random changes of the training images, so that a network rarely sees the same picture twice.
///
/// The changes are applied in this order, whatever the order in which they are written:
///
/// 1. `resized-crop`, in place of the preprocessing's resize and crop. All later changes see the network's input
///    size.
/// 2. `colour-jitter`, before any change fills in pixels.
/// 3. `rotate`.
/// 4. `flip` or `alternating-flip`.
/// 5. `shift`.
/// 6. `erase`, after normalising. Erased values are 0, the mean.
///
/// Each change is a pure function of the seed, the epoch, the sample and the view.
public struct Augmentation: Hashable, Sendable {
  /// A random part of the image, resized to the input; `nil` for the preprocessing's own crop.
  public var resizedCrop: RandomResizedCrop?
  /// Random brightness, contrast, saturation and hue; `nil` for unchanged colours.
  public var colourJitter: ColourJitter?
  /// A random rotation around the centre; `nil` for none.
  public var rotation: RandomRotation?
  /// An exchange of left and right; `nil` for none.
  public var flip: Flip?
  /// A random shift by whole pixels; `nil` for none.
  public var shift: RandomShift?
  /// A random rectangle set to the mean; `nil` for none.
  public var erasing: RandomErasing?

  /// An augmentation of the given changes; without arguments, images stay as they are.
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

  /// No augmentation: images stay as they are.
  public static let none = Augmentation()

  /// Checks that the changes are possible at the size of a network's input.
  ///
  /// - Throws: `AugmentationError` if `shift` can move an image out of sight: its pixels must be fewer than the
  ///   shorter side.
  public func check(inputSize: PixelSize) throws(AugmentationError) {
    try shift?.check(inputSize: inputSize)
  }
}
