/// Whether a JPEG may be decoded at a reduced size. Raw values are used in options.
public enum JPEGDecoding: String, Sendable, Equatable, CaseIterable {
  /// At its full size, with the pixels that Pillow gives.
  case exact
  /// At 1/2, 1/4 or 1/8 of its size, where that still is at least the size that preprocessing resizes to. It is faster,
  /// and pixels differ slightly from Pillow's.
  case scaled

  /// The default: `exact`, so that results agree with Pillow's.
  public static let standard = JPEGDecoding.exact
}
