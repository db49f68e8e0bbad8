/// What is wrong with photos, or may be: by file name, the worst first.
public struct DataAudit: Codable, Hashable, Sendable {
  /// What keeps adapting from using the photos at all; nothing where there are enough that can be used.
  public var problem: String?
  /// Files that cannot be decoded, empty ones among them.
  public var unreadable: [String] = []
  /// Why, by file.
  public var unreadableReasons: [String: String] = [:]
  /// Files of equal bytes in one class, of which one is used.
  public var duplicates: [[String]] = []
  /// Files of equal bytes in different classes, of which none is used.
  public var contradictions: [[String]] = []
  /// The classes of the files of `contradictions`, in the same order.
  public var contradictionLabels: [[String]] = []
  /// Copies and near-duplicates across parts that the data themselves set apart: what is tested with, or chosen by, is also
  /// there to be learned from.
  public var leaks: [[String]] = []
  /// Pictures that are the same but for their encoding, their size or their margin.
  public var nearDuplicates: [[String]] = []
  /// Labels that classifiers which never saw the image contradict.
  public var suspectLabels: [SuspectLabel] = []
  /// Classes with fewer images than can be learned from well.
  public var smallClasses: [SmallClass] = []
  /// Images that stand out, by kind.
  public var findings: [Finding] = []

  /// A label that may be wrong.
  public struct SuspectLabel: Codable, Hashable, Sendable {
    public var file: String
    /// The class that the data say.
    public var label: String
    /// The class that it looks like.
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

  /// A class with few images.
  public struct SmallClass: Codable, Hashable, Sendable {
    public var name: String
    /// Images that can be used.
    public var images: Int

    public init(name: String, images: Int) {
      self.name = name
      self.images = images
    }
  }

  /// One image that stands out.
  public struct Finding: Codable, Hashable, Sendable {
    /// In what it stands out.
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

  /// An audit that found nothing.
  public init() {}

  enum CodingKeys: String, CodingKey {
    case problem, unreadable, duplicates, contradictions, leaks, findings
    case contradictionLabels = "contradiction_labels"
    case unreadableReasons = "unreadable_reasons"
    case nearDuplicates = "near_duplicates"
    case suspectLabels = "suspect_labels"
    case smallClasses = "small_classes"
  }
}
