/// A request whose images, each within its own limit, have too many pixels together.
public struct TooManyPixels: Error, Hashable, Sendable {
  /// The pixels of all images together, as their headers give them.
  public let pixels: Int
  /// The accepted number of pixels (`ServingConfiguration.maximumRequestPixels`).
  public let maximum: Int
}

extension TooManyPixels: CustomStringConvertible {
  /// The number of pixels in the request, and the accepted number.
  public var description: String {
    "the images of the request have \(pixels) pixels together; at most \(maximum) are accepted in one request"
  }
}
