/// What one image tells by itself, without any other: the audit is made of these.
public struct PhotoFacts: Codable, Hashable, Sendable {
  /// SHA-256 in hexadecimal of the file's bytes, or of pixels that came as such; nothing where neither can be read.
  public var contentHash: String?
  /// Length of the file; nothing for pixels, and for a file that cannot be opened.
  public var bytes: Int?
  /// What is seen; nothing where the image cannot be decoded.
  public var picture: Picture?
  /// Why it cannot be decoded, in words that do not name the file.
  public var problem: String?

  /// Measures of a decoded image.
  public struct Picture: Codable, Hashable, Sendable {
    /// Pixels of the upright picture, as encoded.
    public var width: Int
    public var height: Int
    public var light: Light
    /// Greatest variance of the Laplacian among the picture's parts, of samples from 0 to 255: see `Sharpness`.
    public var sharpness: Double
    public var thumbnail: Thumbnail

    public init(width: Int, height: Int, light: Light, sharpness: Double, thumbnail: Thumbnail) {
      self.width = width
      self.height = height
      self.light = light
      self.sharpness = sharpness
      self.thumbnail = thumbnail
    }

    /// Pixels of the shorter side.
    public var shorterSide: Int { min(width, height) }

    /// The longer side over the shorter one.
    public var elongation: Double { Double(max(width, height)) / Double(shorterSide) }
  }

  public init(contentHash: String?, bytes: Int?, picture: Picture?, problem: String?) {
    self.contentHash = contentHash
    self.bytes = bytes
    self.picture = picture
    self.problem = problem
  }

  enum CodingKeys: String, CodingKey {
    case bytes, picture, problem
    case contentHash = "content_hash"
  }
}
