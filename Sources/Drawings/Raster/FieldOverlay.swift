/// A photo with the part marked that one unit of a network sees, and how much of the photo the network saw at all.
public struct FieldOverlay: Hashable, Sendable {
  public let photo: Raster
  /// The network's crop.
  public let crop: PixelRectangle
  public let field: PixelRectangle
  /// How much each pixel of the crop counts, where that is known.
  public let weights: ValueGrid?

  /// How far what lies outside the field fades.
  private static let fading = 0.6

  public init(photo: Raster, crop: PixelRectangle, field: PixelRectangle, weights: ValueGrid? = nil) {
    (self.photo, self.crop, self.field, self.weights) = (photo, crop, field, weights)
  }

  public var raster: Raster {
    var result = photo
    for y in 0..<photo.height {
      for x in 0..<photo.width where !field.contains(x: x, y: y) {
        result[x, y] = photo[x, y].mixed(with: .white, share: Self.fading)
      }
    }
    if let weights { lay(weights, onto: &result) }
    result.frame(crop, thickness: 1, .blue)
    result.frame(field, thickness: max(2, min(photo.width, photo.height) / 160), .vermillion)
    return result
  }

  /// The part of all pixels that are shown as strong as can be: a few count for many times what their neighbours do.
  private static let strongest = 0.01

  /// Strong pixels in bright colours; where a pixel counts for nothing, the photo stays.
  private func lay(_ weights: ValueGrid, onto result: inout Raster) {
    let (width, height) = (crop.right - crop.left, crop.bottom - crop.top)
    let sorted = weights.values.sorted(by: >)
    let maximum = sorted[Int(Double(sorted.count) * Self.strongest)]
    guard maximum > 0, width > 0, height > 0 else { return }
    let values = weights.enlarged(width: width, height: height)
    for y in max(crop.top, 0)..<max(min(crop.bottom, photo.height), max(crop.top, 0)) {
      for x in max(crop.left, 0)..<max(min(crop.right, photo.width), max(crop.left, 0)) {
        let share = Double(values[(y - crop.top) * width + x - crop.left]) / Double(maximum)
        // The root shows the weak ones too: most count for a few hundredths of the strongest.
        let shown = min(max(share, 0), 1).squareRoot()
        result[x, y] = result[x, y].mixed(with: Viridis.colour(shown), share: 0.75 * shown)
      }
    }
  }
}
