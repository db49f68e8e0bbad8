import ArgumentParser
import ImageInput

/// How much a request may hold.
struct LimitOptions: ParsableArguments {
  @Option(name: .long, help: "Megabytes (2^20 bytes) that a body may have. (default: 32)")
  var maxBody: String?

  @Option(
    name: .long,
    help: """
      Megabytes (2^20 bytes) that the bodies of all requests may hold together; beyond it requests get 503. \
      (default: 8 times --max-body)
      """)
  var bodyMemory: String?

  @Option(name: .long, help: "Megapixels (10^6 pixels) that an image may have. (default: 50)")
  var maxPixels: String?

  /// Bytes of one body, and of all together.
  func bodies(_ settings: Settings) -> (one: Int, all: Int) {
    let one = settings.integer("max-body", maxBody, 1...1024, default: 32)
    // Less could never take the largest body that is accepted.
    let all = settings.integer("body-memory", bodyMemory, one...1_000_000, default: 8 * one)
    return (one << 20, all << 20)
  }

  func decoding(_ settings: Settings) -> DecodingLimits {
    DecodingLimits(
      maximumPixels: settings.integer("max-pixels", maxPixels, 1...1000, default: 50) * 1_000_000)
  }
}
