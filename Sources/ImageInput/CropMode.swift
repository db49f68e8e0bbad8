/// What a request may ask for instead of a model's own crop.
public enum CropMode: String, Sendable, Equatable, Codable, CaseIterable {
  /// The middle of the picture.
  case center
  /// The whole picture, stretched to the input's size.
  case stretch
  /// Ten crops, whose answers are averaged.
  case ten
}
