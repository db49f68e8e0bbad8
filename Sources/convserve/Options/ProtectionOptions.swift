import ArgumentParser

/// The options of `serve` that keep clients within bounds.
struct ProtectionOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Megapixels that the images of one request may have together. (default: 4 times --max-pixels)")
  var maxRequestPixels: String?

  @Option(
    name: .long,
    help: """
      Megapixels that are decoded at a time over all requests; further images wait. (default: 2 times --max-pixels)
      """)
  var maxPixelsInFlight: String?
}
