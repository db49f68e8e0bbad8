/// The reason why data cannot be used for training or evaluation.
public enum DataSetError: Error, Hashable, Sendable {
  /// The place of an error in a file.
  public enum Position: Hashable, Sendable {
    /// The offset of a byte, from 0, in the decompressed contents.
    case byte(Int)
    /// The number of a line, from 1.
    case line(Int)
  }

  /// The path holds no data of an accepted kind. `found` says what it holds.
  case unknownKind(path: String, found: String)
  /// The contents of a file break its format, as `problem` says.
  case malformed(path: String, position: Position, problem: String)
  /// A file has fewer or more bytes than its header announces.
  case wrongLength(path: String, expected: Int, found: Int)
  /// Stored images would take `bytes` bytes of memory. Larger sets have to be stored as files of images.
  case tooLarge(path: String, bytes: Int, maximum: Int)
  /// A file of images and its file of labels have different lengths.
  case differentCounts(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// A label is not below the number of classes.
  case labelOutOfRange(path: String, position: Position, label: Int, classCount: Int)
  /// The data have a class that is not known. Known classes are those of the file of labels, or else those of the
  /// training images; `accepted` lists them.
  case unknownClass(place: String, className: String, accepted: [String])
  /// The names of the classes are empty, not unique, of the wrong number, or contain control characters.
  case classNames(path: String, problem: String)
  /// A file is missing that belongs to the file `partner`.
  case missingFile(path: String, partner: String)
  /// A folder holds more than one set for the same use, such as training.
  case severalSets(path: String, use: String, names: [String])
  /// A class has no training images.
  case emptyClass(place: String, className: String)
  /// None of the images of a class can be decoded.
  case unreadableClass(place: String, className: String)
  /// The data have one class alone. A classifier needs at least two.
  case oneClass(place: String, className: String)
  /// The set has no images.
  case noImages(place: String)
  /// The set has fewer training images than one batch.
  case tooFewImages(place: String, count: Int, batchSize: Int)
  /// More than `limit` images cannot be read. `examples` has the first three by index.
  case tooManyUnreadable(place: String, limit: Int, examples: [UnreadableImage])
  /// The requested validation set cannot be held out, as `problem` says.
  case holdOut(place: String, problem: String)
}

extension DataSetError: CustomStringConvertible {
  /// All accepted kinds of data in words, for messages.
  public static let acceptedKinds =
    "a folder with a folder of images for each class, or with such in train, validation and test; "
    + "a folder of IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-..., each plain or .gz); "
    + "a folder of CIFAR's binary files (data_batch_1.bin ... or train.bin); "
    + "a CSV file of paths and labels"

  /// The place and the problem in a sentence, with the accepted values.
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
  /// The place in words, such as `byte 12` or `line 3`.
  public var description: String {
    switch self {
    case .byte(let offset): "byte \(offset)"
    case .line(let number): "line \(number)"
    }
  }
}

/// An image that cannot be read or decoded.
public struct UnreadableImage: Hashable, Sendable, CustomStringConvertible {
  /// The index of the image in its data set.
  public let index: Int
  /// The path of the image's file, or its place in a file.
  public let identifier: String
  /// The error of the decoder or of the system.
  public let reason: String

  /// The image and the reason.
  public var description: String { "\(identifier): \(reason)" }
}
