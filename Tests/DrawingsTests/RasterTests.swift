import Drawings
import Testing

@Suite("Pictures of pixels")
struct RasterTests {
  @Test(
    "viridis is matplotlib's",
    arguments: [(0, 0x440154), (64, 0x3B528B), (128, 0x21918C), (200, 0x70CF57), (255, 0xFDE725)] as [(Int, UInt32)])
  func viridis(index: Int, code: UInt32) {
    #expect(Viridis.colour(Double(index) / 255) == Colour(code))
  }

  @Test("what lies outside the scale takes its ends, what is no number the lower one")
  func ends() {
    #expect(Viridis.colour(-3) == Colour(0x440154) && Viridis.colour(.nan) == Colour(0x440154))
    #expect(Viridis.colour(.infinity) == Colour(0xFDE725))
    #expect(Viridis.colour(Float(3), from: 3, to: 3) == Colour(0x440154))
  }

  @Test("values are enlarged as PyTorch does it, with half-pixel centres")
  func enlarged() {
    let grid = ValueGrid(rows: 2, columns: 3, values: [0, 4, 1, 2, -3, 8])
    // torch.nn.functional.interpolate(size=(5, 7), mode="bilinear", align_corners=False)
    let expected: [Float] = [
      0, 0.57143, 2.28571, 4, 2.71429, 1.42857, 1, 0.2, 0.64286, 1.97143, 3.3, 2.61429, 1.92857, 1.7, 1, 0.92857,
      0.71429,
      0.5, 2.21429, 3.92857, 4.5, 1.8, 1.21429, -0.54286, -2.3, 1.81429, 5.92857, 7.3, 2, 1.28571, -0.85714, -3,
      1.71429,
      6.42857, 8,
    ]
    for (value, wanted) in zip(grid.enlarged(width: 7, height: 5), expected) {
      #expect((value - wanted).magnitude < 1e-4)
    }
    #expect(ValueGrid(rows: 1, columns: 1, values: [7]).enlarged(width: 3, height: 2) == [7, 7, 7, 7, 7, 7])
  }

  @Test("a value with a place of its own is there, and stays beyond the last one")
  func places() {
    let grid = ValueGrid(values: [1, 3], rowPlaces: [0.5], columnPlaces: [0.25, 0.75])
    #expect(grid.enlarged(width: 4, height: 1) == [1, 1.5, 2.5, 3])
  }

  @Test("where nothing is above zero, the picture stays as it is")
  func noEvidence() {
    let photo = Raster(width: 4, height: 3, fill: .orange)
    let grid = ValueGrid(rows: 1, columns: 2, values: [0, -1])
    #expect(HeatOverlay(grid, over: photo).raster == photo)
    let strong = HeatOverlay(ValueGrid(rows: 1, columns: 2, values: [0, 2]), over: photo).raster
    #expect(strong != photo && strong[0, 0] != strong[3, 0])
  }

  @Test("tiles stand in rows, with the scale at their right")
  func tiles() {
    let tiles = (0..<5).map { _ in Raster(width: 8, height: 8, fill: .blue) }
    let sheet = TileSheet(tiles, hasScale: true).raster
    #expect(sheet.width == 3 * 12 + 4 + 16 && sheet.height == 2 * 12 + 4)
    #expect(sheet[4, 4] == .blue && sheet[3, 4] == .white && sheet[28, 16] == .white)
    #expect(sheet[sheet.width - 8, 4].code > Colour.black.code)
  }

  @Test("a field may lie outside the photo, in part or whole")
  func fields() {
    let photo = Raster(width: 20, height: 10, fill: .blue)
    let crop = PixelRectangle(top: 0, left: 5, bottom: 10, right: 15)
    for field in [
      PixelRectangle(top: -30, left: -30, bottom: 5, right: 8),
      PixelRectangle(top: 50, left: 50, bottom: 60, right: 60),
      PixelRectangle(top: -9, left: -9, bottom: 99, right: 99), PixelRectangle(top: 4, left: 4, bottom: 4, right: 4),
    ] {
      let weights = ValueGrid(rows: 2, columns: 2, values: [0, 1, 2, 3])
      let overlay = FieldOverlay(photo: photo, crop: crop, field: field, weights: weights).raster
      #expect(overlay.width == 20 && overlay.height == 10)
    }
  }

  @Test("drawings of filters and fields escape names and are the same each time")
  func drawings() {
    let name = "<script>\"&"
    let tile = FilterDrawing.Tile(name: name, rows: 1, columns: 2, cells: [.blue, .orange])
    let filters = FilterDrawing(title: name, summary: name, tiles: [tile, tile]).document.text
    let field = FieldDrawing(
      title: name, summary: name, layer: name, input: (32, 48), map: (4, 6), unit: (1, 2),
      field: PixelRectangle(top: -8, left: 4, bottom: 20, right: 60)
    ).document.text
    for text in [filters, field] {
      #expect(!text.contains("<script>"))
      #expect(text.contains("&lt;script&gt;"))
      #expect(text.hasPrefix("<svg"))
    }
    #expect(FilterDrawing(title: name, summary: name, tiles: [tile, tile]).document.text == filters)
  }
}
