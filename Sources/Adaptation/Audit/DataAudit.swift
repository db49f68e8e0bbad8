/// What is wrong with photos, or may be: by file name, the worst first.
public struct DataAudit: Codable, Hashable, Sendable {
  /// Files that cannot be decoded, empty ones among them.
  public var unreadable: [String] = []
  /// Why, by file.
  public var unreadableReasons: [String: String] = [:]
  /// Files of equal bytes.
  public var duplicates: [[String]] = []
  /// Files of equal bytes in different classes.
  public var contradictions: [[String]] = []
  /// Pictures that are the same but for their encoding, their size or their margin.
  public var nearDuplicates: [[String]] = []
  /// Labels that classifiers which never saw the image contradict.
  public var suspectLabels: [SuspectLabel] = []
  /// Classes with fewer images than can be learned from well.
  public var smallClasses: [SmallClass] = []
  public var findings: [Finding] = []

  public struct SuspectLabel: Codable, Hashable, Sendable {
    public var file: String
    public var label: String
    public var suggested: String
    /// Probability of the suggested class.
    public var confidence: Double

    public init(file: String, label: String, suggested: String, confidence: Double) {
      self.file = file
      self.label = label
      self.suggested = suggested
      self.confidence = confidence
    }
  }

  public struct SmallClass: Codable, Hashable, Sendable {
    public var name: String
    public var images: Int

    public init(name: String, images: Int) {
      self.name = name
      self.images = images
    }
  }

  /// One image that stands out.
  public struct Finding: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, CaseIterable, Sendable {
      case dark, bright, blurred, tiny, elongated, blank
    }

    public var kind: Kind
    public var file: String
    /// What was measured: mean brightness from 0 to 1 (dark, bright), variance of the Laplacian (blurred), pixels of the
    /// shorter side (tiny), longer over shorter side (elongated), standard deviation of brightness from 0 to 1 (blank).
    public var value: Double

    public init(kind: Kind, file: String, value: Double) {
      self.kind = kind
      self.file = file
      self.value = value
    }
  }

  public init() {}

  enum CodingKeys: String, CodingKey {
    case unreadable, duplicates, contradictions, findings
    case unreadableReasons = "unreadable_reasons"
    case nearDuplicates = "near_duplicates"
    case suspectLabels = "suspect_labels"
    case smallClasses = "small_classes"
  }
}
