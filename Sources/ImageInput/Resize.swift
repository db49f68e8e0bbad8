/// The size to which a picture is brought before it is cropped.
public enum Resize: Sendable, Hashable {
  /// The picture keeps its size.
  case none
  /// The shorter side gets this many pixels, the longer one follows: torchvision's `Resize(side)`.
  case shorterSide(Int)
  /// The whole picture is stretched to a size, whatever its proportions: torchvision's `Resize((height, width))`.
  case stretch(PixelSize)

  /// The size that a picture gets.
  ///
  /// The longer side is rounded down, and not limited: callers work out only what they crop.
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
