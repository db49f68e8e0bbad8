/// How clients are kept within bounds.
struct Protection {
  let maximumRequestPixels: Int
  let maximumPixelsInFlight: Int

  /// - Parameter maximumPixels: in one image; the other bounds on pixels are at least this.
  /// - Throws: `ValidationError` naming the setting and what it takes.
  init(_ options: ProtectionOptions, _ settings: Settings, maximumPixels: Int) throws {
    let megapixels = maximumPixels / 1_000_000
    maximumRequestPixels =
      1_000_000
      * (try settings.integer(
        "max-request-pixels", options.maxRequestPixels, megapixels...1_000_000, default: 4 * megapixels))
    maximumPixelsInFlight =
      1_000_000
      * (try settings.integer(
        "max-pixels-in-flight", options.maxPixelsInFlight, megapixels...1_000_000, default: 2 * megapixels))
  }
}
