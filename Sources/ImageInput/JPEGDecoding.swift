/// How much of a JPEG is decoded.
public enum JPEGDecoding: String, Sendable, Equatable, CaseIterable {
  /// Every pixel, as Pillow does.
  case exact
  /// A JPEG of at least twice the size that preprocessing needs is decoded at 1/2, 1/4 or 1/8 of its size.
  case scaled

  /// What is done unless something else is asked for.
  public static let standard = JPEGDecoding.exact
}
