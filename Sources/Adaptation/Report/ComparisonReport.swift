/// Ways to a classifier beside one another, with parts of the same photos: `convserve adapt --compare`.
public struct ComparisonReport: Codable, Hashable, Sendable {
  /// A way to a classifier.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// A new last layer on a pretrained base.
    case head
    /// Pretrained, with upper layers trained on.
    case fineTuned = "fine-tuned"
    /// The same architecture, trained from random weights.
    case fromScratch = "from scratch"
  }

  /// One classifier.
  public struct Row: Codable, Hashable, Sendable {
    /// Name of the base; of the architecture alone where nothing was pretrained.
    public var base: String
    /// How it was made.
    public var method: Method
    /// Of the training images, from 0 to 1.
    public var share: Double
    /// Images to learn from.
    public var images: Int
    /// On the same images for all rows.
    public var accuracy: Double
    /// Lower and upper end at 95 %.
    public var accuracyInterval: [Double]
    /// Wall clock of learning.
    public var seconds: Double

    public init(
      base: String, method: Method, share: Double, images: Int, accuracy: Double, accuracyInterval: [Double],
      seconds: Double
    ) {
      (self.base, self.method, self.share, self.images) = (base, method, share, images)
      (self.accuracy, self.accuracyInterval, self.seconds) = (accuracy, accuracyInterval, seconds)
    }

    enum CodingKeys: String, CodingKey {
      case base, method, share, images, accuracy, seconds
      case accuracyInterval = "accuracy_interval"
    }
  }

  /// Where the photos were, in words.
  public var origin: String
  /// Classes of the photos.
  public var classes: Int
  /// Images that all rows were evaluated on.
  public var evaluatedImages: Int
  /// Accuracy of always guessing the commonest class.
  public var majority: Double
  /// All classifiers, in the order in which they were made.
  public var rows: [Row]
  /// Decided on everything that was random.
  public var seed: UInt64
  /// The program that made it.
  public var build: String

  public init(
    origin: String, classes: Int, evaluatedImages: Int, majority: Double, rows: [Row], seed: UInt64, build: String
  ) {
    (self.origin, self.classes, self.evaluatedImages) = (origin, classes, evaluatedImages)
    (self.majority, self.rows, self.seed, self.build) = (majority, rows, seed, build)
  }

  enum CodingKeys: String, CodingKey {
    case origin, classes, majority, rows, seed, build
    case evaluatedImages = "evaluated_images"
  }
}

extension ComparisonReport {
  /// Rows that differ in their share alone.
  struct Series: Hashable {
    let base: String
    let method: Method
    /// By rising share.
    let rows: [Row]

    var name: String { "\(base), \(method.rawValue)" }
  }

  /// By base, in the order of the rows, then by method.
  var series: [Series] {
    bases.flatMap { base in
      Method.allCases.compactMap { method in
        let rows = rows.filter { $0.base == base && $0.method == method }.sorted { $0.share < $1.share }
        return rows.isEmpty ? nil : Series(base: base, method: method, rows: rows)
      }
    }
  }

  private var bases: [String] {
    var seen: Set<String> = []
    return rows.map(\.base).filter { seen.insert($0).inserted }
  }
}
