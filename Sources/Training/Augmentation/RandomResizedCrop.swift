import Glibc
public import ImageInput

/// Cuts a rectangle of random area and proportions from the image, and resizes it to the network's input:
/// torchvision's `RandomResizedCrop`, after Szegedy et al., Going Deeper with Convolutions, 2014, section 6.
///
/// The rectangle is cut from the decoded image, in place of the preprocessing's resize and crop.
public struct RandomResizedCrop: AugmentationPart {
  /// The area of the rectangle as a part of the image's area, drawn uniformly.
  public var scale: ClosedRange<Double>
  /// The width of the rectangle divided by its height, drawn uniformly on a logarithmic scale.
  public var ratio: ClosedRange<Double>

  /// The default of torchvision for `scale`.
  public static let standardScale = 0.08...1.0
  /// The default of torchvision for `ratio`.
  public static let standardRatio = 0.75...4.0 / 3

  /// A crop of the given ranges, with torchvision's defaults.
  public init(
    scale: ClosedRange<Double> = RandomResizedCrop.standardScale,
    ratio: ClosedRange<Double> = RandomResizedCrop.standardRatio
  ) {
    self.scale = scale
    self.ratio = ratio
  }

  static let name = "resized-crop"
  static let accepted = "resized-crop[:area 0.01..1 = 0.08..1[:ratio 0.1..10 = 0.75..1.3333333333333333]]"

  init(entry: String) throws(AugmentationError) {
    var parameters = AugmentationParameters(entry, accepted: Self.accepted)
    scale = try parameters.range("area", in: 0.01...1, default: Self.standardScale)
    ratio = try parameters.range("ratio", in: 0.1...10, default: Self.standardRatio)
    try parameters.finish()
  }

  /// The entry of an augmentation list, such as `resized-crop:0.5..1`.
  public var description: String {
    AugmentationParameters.text(
      Self.name,
      [
        (AugmentationParameters.text(scale), scale == Self.standardScale),
        (AugmentationParameters.text(ratio), ratio == Self.standardRatio),
      ])
  }

  /// Draws the rectangle for one picture of a sample.
  ///
  /// If ten drawn rectangles do not fit into the image, the result is the largest central rectangle with an accepted
  /// ratio.
  ///
  /// - Parameters:
  ///   - image: the size of the decoded image.
  ///   - draw: the epoch, sample and view that the picture is for.
  ///   - seed: the seed of the run.
  /// - Returns: the rectangle, in pixels of the decoded image. It lies within the image.
  public func region(of image: PixelSize, _ draw: SampleDraw, seed: UInt64) -> PixelRegion {
    var generator = draw.generator(seed: seed, .resizedCrop)
    let area = Double(image.width * image.height)
    for _ in 0..<10 {
      let target = area * generator.uniform(in: scale)
      let proportion = exp(generator.uniform(in: log(ratio.lowerBound)...log(ratio.upperBound)))
      let width = Int((target * proportion).squareRoot().rounded(.toNearestOrEven))
      let height = Int((target / proportion).squareRoot().rounded(.toNearestOrEven))
      guard (1...image.width).contains(width), (1...image.height).contains(height) else { continue }
      let y = generator.integer(below: image.height - height + 1)
      return PixelRegion(
        x: generator.integer(below: image.width - width + 1), y: y, width: width, height: height)
    }
    return central(image)
  }

  private func central(_ image: PixelSize) -> PixelRegion {
    var (width, height) = (Double(image.width), Double(image.height))
    if width / height < ratio.lowerBound {
      height = (width / ratio.lowerBound).rounded(.toNearestOrEven)
    } else if width / height > ratio.upperBound {
      width = (height * ratio.upperBound).rounded(.toNearestOrEven)
    }
    return PixelRegion(
      x: (image.width - Int(width)) / 2, y: (image.height - Int(height)) / 2, width: max(1, Int(width)),
      height: max(1, Int(height)))
  }
}

extension PixelImage {
  /// A part of the picture.
  ///
  /// - Precondition: the region lies within it.
  func cropped(to region: PixelRegion) -> PixelImage {
    PixelImage(
      width: region.width, height: region.height,
      pixels: [UInt8](unsafeUninitializedCapacity: region.width * region.height * 3) { output, initialized in
        pixels.withUnsafeBufferPointer { pixels in
          for row in 0..<region.height {
            let start = ((region.y + row) * width + region.x) * 3
            let line = UnsafeBufferPointer(rebasing: pixels[start..<start + region.width * 3])
            (output.baseAddress! + row * region.width * 3).initialize(from: line.baseAddress!, count: line.count)
          }
        }
        initialized = region.width * region.height * 3
      })
  }
}
