/// How the size of an image changes before it is cropped.
public enum Resize: Sendable, Hashable {
  /// The image keeps its size.
  case none
  /// The shorter side becomes this many pixels long, and the longer side follows in proportion: torchvision's
  /// `Resize(side)`.
  case shorterSide(Int)
  /// The whole image is stretched to this size, whatever its proportions: torchvision's `Resize((height, width))`.
  case stretch(PixelSize)

  /// The size of an image after it is resized.
  ///
  /// The longer side is rounded down. It is not limited, because only the cropped part is computed.
  ///
  /// - Precondition: both sides of `image` are positive.
  public func size(of image: PixelSize) -> PixelSize {
    switch self {
    case .none: return image
    case .stretch(let size): return size
    case .shorterSide(let side):
      return image.width <= image.height
        ? PixelSize(width: side, height: side * image.height / image.width)
        : PixelSize(width: side * image.width / image.height, height: side)
    }
  }
}
