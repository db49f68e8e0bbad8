import Drawings
import Explanations
import ImageInput

extension FieldAnswer {
  /// Pixels of the longer side of a photo that is drawn on, at most.
  public static let photoSide = 1024

  /// The size at which a photo is drawn on.
  public static func shownSize(of photo: PixelSize) -> PixelSize {
    let longer = max(photo.width, photo.height)
    guard longer > photoSide else { return photo }
    func scaled(_ extent: Int) -> Int { max(1, extent * photoSide / longer) }
    return PixelSize(width: scaled(photo.width), height: scaled(photo.height))
  }

  /// The field on the network's input, beside the layer's map.
  public var drawing: SVGDocument {
    let (field, input, map) = (unit.field, unit.inputShape, unit.shape)
    return FieldDrawing(
      title: "What a unit of \(unit.layer) sees",
      summary: "The unit in row \(unit.row), column \(unit.column) of \(unit.layer) in \(unit.network) sees rows "
        + "\(field.top) to \(field.bottom) and columns \(field.left) to \(field.right) of the input, padding included.",
      layer: unit.layer, input: (input[1], input[2]), map: (map[1], map[2]), unit: (unit.row, unit.column),
      field: PixelRectangle(top: field.top, left: field.left, bottom: field.bottom, right: field.right)
    ).document
  }

  /// What the unit depends on, framed on the photo: of the field what the network saw.
  ///
  /// - Parameter photo: at whatever size.
  /// - Precondition: the answer is about a photo.
  public func overlay(on photo: PixelImage) -> Raster {
    guard let seen, let field = photoClipped else { preconditionFailure("the answer is about no photo") }
    let size = Self.shownSize(of: photo.size)
    let shown = photo.size == size ? photo : photo.resized(to: size, interpolation: .bilinear)
    func rectangle(_ region: Region) -> PixelRectangle {
      let rows = Double(shown.height) / Double(seen.crop.photo.height)
      let columns = Double(shown.width) / Double(seen.crop.photo.width)
      return PixelRectangle(
        top: Int((region.top * rows).rounded()), left: Int((region.left * columns).rounded()),
        bottom: Int((region.bottom * rows).rounded()), right: Int((region.right * columns).rounded()))
    }
    return FieldOverlay(
      photo: Raster(width: shown.width, height: shown.height, pixels: shown.pixels),
      crop: rectangle(seen.crop.photoRegion), field: rectangle(field),
      weights: effective.map { ValueGrid(rows: $0.map.height, columns: $0.map.width, values: $0.map.values) }
    ).raster
  }
}
