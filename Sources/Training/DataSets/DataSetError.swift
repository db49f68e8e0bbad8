/// Why data cannot be used to train with.
public enum DataSetError: Error, Hashable, Sendable {
  /// Where in a file something is wrong; bytes from 0, lines from 1. Bytes are those of the content, unpacked.
  public enum Position: Hashable, Sendable {
    case byte(Int)
    case line(Int)
  }

  /// Nothing there that is known; `found` says what is.
  case unknownKind(path: String, found: String)
  case malformed(path: String, position: Position, problem: String)
  /// A file that ends early, or goes on behind its end.
  case wrongLength(path: String, expected: Int, found: Int)
  case tooLarge(path: String, bytes: Int, maximum: Int)
  case differentCounts(images: String, imageCount: Int, labels: String, labelCount: Int)
  case labelOutOfRange(path: String, position: Position, label: Int, classCount: Int)
  /// A class that no name was given for.
  case unknownClass(place: String, className: String, accepted: [String])
  /// Names of classes that cannot be told apart, or not be written down.
  case classNames(path: String, problem: String)
  /// One of two files that belong together.
  case missingFile(path: String, partner: String)
  /// More than one set for one use.
  case severalSets(path: String, use: String, names: [String])
  case emptyClass(place: String, className: String)
  /// A class of which no image can be decoded.
  case unreadableClass(place: String, className: String)
  case oneClass(place: String, className: String)
  case noImages(place: String)
  case tooFewImages(place: String, count: Int, batchSize: Int)
  case tooManyUnreadable(place: String, limit: Int, examples: [UnreadableImage])
  case holdOut(place: String, problem: String)
}

extension DataSetError: CustomStringConvertible {
  /// Every kind of data that is understood.
  public static let acceptedKinds =
    "a folder with a folder of images for each class, or with such in train, validation and test; "
    + "a folder of IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-..., each plain or .gz); "
    + "a folder of CIFAR's binary files (data_batch_1.bin ... or train.bin); "
    + "a CSV file of paths and labels"

  public var description: String {
    switch self {
    case .unknownKind(let path, let found): "\(path) is no data set: \(found). Accepted: \(Self.acceptedKinds)"
    case .malformed(let path, let position, let problem): "\(path), \(position): \(problem)"
    case .wrongLength(let path, let expected, let found):
      "\(path) holds \(found < expected ? "only \(found)" : "more than \(expected)") bytes of content; "
        + "its header asks for \(expected)"
    case .tooLarge(let path, let bytes, let maximum):
      "\(path) holds \(bytes) bytes of images; at most \(maximum) are taken into memory"
    case .differentCounts(let images, let imageCount, let labels, let labelCount):
      "\(images) holds \(imageCount) images, but \(labels) \(labelCount) labels"
    case .labelOutOfRange(let path, let position, let label, let classCount):
      "\(path), \(position): the label \(label) is beyond the "
        + (classCount > 1 ? "\(classCount) classes, 0 to \(classCount - 1)" : "\(classCount) known classes")
    case .unknownClass(let place, let className, let accepted):
      "\(place): the class \"\(className)\" is not among the \(accepted.count) known: \(Self.list(accepted))"
    case .classNames(let path, let problem): "\(path): \(problem)"
    case .missingFile(let path, let partner): "\(path) is missing; it belongs to \(partner)"
    case .severalSets(let path, let use, let names):
      "\(path) holds several sets for \(use): \(Self.list(names)). Give a folder with one of them"
    case .emptyClass(let place, let className): "\(place): the class \"\(className)\" has no images"
    case .unreadableClass(let place, let className):
      "\(place): none of the images of the class \"\(className)\" can be read"
    case .oneClass(let place, let className):
      "\(place) has one class only (\(className)); at least two are needed to tell them apart"
    case .noImages(let place): "\(place) holds no images"
    case .tooFewImages(let place, let count, let batchSize):
      "\(place) has \(count) images to train with, fewer than a batch of \(batchSize); give a smaller batch size with --batch-size"
    case .tooManyUnreadable(let place, let limit, let examples):
      "\(place): more than \(limit) images cannot be read, among them "
        + examples.map(\.description).joined(separator: "; ")
    case .holdOut(let place, let problem): "\(place): \(problem)"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}

extension DataSetError.Position: CustomStringConvertible {
  public var description: String {
    switch self {
    case .byte(let offset): "byte \(offset)"
    case .line(let number): "line \(number)"
    }
  }
}

/// An image that cannot be decoded, and why.
public struct UnreadableImage: Hashable, Sendable, CustomStringConvertible {
  /// Place in its data set.
  public let index: Int
  /// The file, or its place in one.
  public let identifier: String
  public let reason: String

  public var description: String { "\(identifier): \(reason)" }
}
