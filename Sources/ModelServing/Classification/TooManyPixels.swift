/// A request whose pictures, each within its limit, are too much together.
public struct TooManyPixels: Error, Hashable, Sendable {
  /// What the pictures' headers announce.
  public let pixels: Int
  public let maximum: Int
}

extension TooManyPixels: CustomStringConvertible {
  public var description: String {
    "the images of the request have \(pixels) pixels together; at most \(maximum) are accepted in one request"
  }
}
