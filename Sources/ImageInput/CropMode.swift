/// A crop that a request may ask for instead of the model's own. Raw values are used in requests and on the command
/// line.
public enum CropMode: String, Sendable, Equatable, Codable, CaseIterable {
  /// The middle of the image.
  case center
  /// The whole image, stretched to the input's size.
  case stretch
  /// Ten crops. Their scores are averaged (Krizhevsky et al., 2012, section 4.1).
  case ten
}
