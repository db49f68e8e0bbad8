/// Bytes could not be decoded to an image.
public enum ImageError: Error, Sendable, Equatable {
  /// The bytes are not a JPEG, PNG or WebP. `found` says what they look like.
  case unsupportedFormat(found: String)
  /// The header's width times height exceeds `DecodingLimits.maximumPixels`.
  case tooManyPixels(format: EncodedFormat, width: Int, height: Int, maximum: Int)
  /// A side in the header exceeds `DecodingLimits.maximumSide`.
  case sideTooLong(format: EncodedFormat, width: Int, height: Int, maximum: Int)
  /// A JPEG has more scans than `DecodingLimits.maximumScans`.
  case tooManyScans(maximum: Int)
  /// The image is an animation, so no single frame can be classified.
  case animated(format: EncodedFormat)
  /// The format is accepted, but the content is damaged, cut off, or of a kind that the codec does not support.
  /// `detail` is the reason in words.
  case corrupt(format: EncodedFormat, detail: String)
}

extension ImageError: CustomStringConvertible {
  /// The formats that are accepted, as a phrase for messages.
  public static let acceptedFormats = "JPEG, PNG and WebP"

  /// What was found and what is accepted, as a sentence for users.
  public var description: String {
    switch self {
    case .unsupportedFormat(let found):
      return "not a picture in an accepted format: found \(found); accepted are \(Self.acceptedFormats)"
    case .tooManyPixels(let format, let width, let height, let maximum):
      return "the \(format.rawValue) is \(width) x \(height) pixels, \(width.multipliedForMessage(by: height)) in all;"
        + " at most \(maximum) are accepted"
    case .sideTooLong(let format, let width, let height, let maximum):
      return "the \(format.rawValue) is \(width) x \(height) pixels; at most \(maximum) a side are accepted"
    case .tooManyScans(let maximum):
      return "the progressive JPEG has more than \(maximum) scans, the most that are accepted"
    case .animated(let format):
      return "the \(format.rawValue) is animated; only still pictures are accepted"
    case .corrupt(let format, let detail):
      return "the \(format.rawValue) cannot be decoded: \(detail)"
    }
  }
}

extension Int {
  /// The product as text: the sides come from an untrusted header, so that it might overflow.
  fileprivate func multipliedForMessage(by other: Int) -> String {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? "too many to count" : String(product)
  }
}
