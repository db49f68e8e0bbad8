/// The fraction of its size at which a JPEG is decoded. Only the lowest frequencies of each block are turned into
/// pixels.
///
/// libjpeg-turbo can decode at all eighths, but has fast code for 1/2, 1/4 and 1/8 only. 3/8 and 5/8 to 7/8 take longer
/// than the next larger fraction with fast code.
struct JPEGReduction: Equatable {
  /// 1, 2, 4 or 8.
  let eighths: Int

  private init(eighths: Int) {
    self.eighths = eighths
  }

  /// The whole size.
  static let none = JPEGReduction(eighths: 8)

  /// The smallest fraction at which the image has at least the needed size in both directions.
  init(stored: PixelSize, needed: PixelSize) {
    let fits = [1, 2, 4].first { stored.width * $0 >= needed.width * 8 && stored.height * $0 >= needed.height * 8 }
    // A single block keeps its size, because the codec cannot tell its reduced sizes apart.
    eighths = max(stored.width, stored.height) < 8 ? 8 : fits ?? 8
  }

  /// The decoded size. Pixels that the image covers only in part count.
  func size(of stored: PixelSize) -> PixelSize {
    PixelSize(width: (stored.width * eighths + 7) / 8, height: (stored.height * eighths + 7) / 8)
  }

  /// The length of the decoded pixels that the image covers.
  func span(of length: Int) -> PixelSpan {
    PixelSpan(start: 0, length: Double(length * eighths) / 8)
  }
}
