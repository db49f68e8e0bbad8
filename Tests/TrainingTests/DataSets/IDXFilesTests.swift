import Foundation
import ImageInput
import TestSupport
import Testing

@testable import Training

@Suite("IDX files")
struct IDXFilesTests {
  private let folder: TemporaryFolder
  /// Four images of 2 x 3.
  private let images = DataFixtures.idx([4, 2, 3], Array(0..<24))
  private let labels = DataFixtures.idx([4], [0, 1, 2, 1])

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ images: [UInt8], _ labels: [UInt8], use: String = "train") throws {
    try folder.write(images, to: "\(use)-images-idx3-ubyte")
    try folder.write(labels, to: "\(use)-labels-idx1-ubyte")
  }

  @Test("pairs are read, plain and packed, to train with and to test with")
  func pairs() throws {
    try write(images, labels)
    try folder.write(
      DataFixtures.gzip(DataFixtures.idx([1, 2, 3], [9, 8, 7, 6, 5, 4])), to: "t10k-images-idx3-ubyte.gz")
    try folder.write(DataFixtures.gzip(DataFixtures.idx([1], [2])), to: "t10k-labels-idx1-ubyte.gz")
    let source = try folder.open()
    #expect(source.kind == .idx)
    #expect(source.training.classNames == ["0", "1", "2"])
    #expect((0..<4).map(source.training.label) == [0, 1, 2, 1])
    try #expect(source.training.image(1).pixels == (6..<12).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
    #expect(source.training.identifier(3).hasSuffix("image 3 of \(folder.url.path)/train-images-idx3-ubyte"))
    let test = try #require(source.test)
    #expect(test.count == 1 && test.label(0) == 2)
    try #expect(test.image(0).pixels.prefix(6) == [9, 9, 9, 8, 8, 8])
  }

  @Test("plain and packed content has one fingerprint; other content, labels and names have others")
  func fingerprint() throws {
    try write(images, labels)
    let plain = try folder.open().fingerprint()
    let packed = try TemporaryFolder()
    try packed.write(DataFixtures.gzip(images), to: "train-images-idx3-ubyte.gz")
    try packed.write(DataFixtures.gzip(labels), to: "train-labels-idx1-ubyte.gz")
    try #expect(packed.open().fingerprint() == plain)
    try folder.write("a\nb\nc\n", to: "labels.txt")
    let named = try folder.open(labels: "labels.txt").fingerprint()
    try write(images.dropLast() + [0], labels)
    let changed = try folder.open().fingerprint()
    try write(images, labels.dropLast() + [0])
    let relabelled = try folder.open().fingerprint()
    #expect(Set([plain, named, changed, relabelled]).count == 4)
  }

  @Test("names with a dot and with a beginning are known")
  func otherNames() throws {
    try folder.write(images, to: "emnist-digits-train-images.idx3-ubyte")
    try folder.write(labels, to: "emnist-digits-train-labels.idx1-ubyte")
    try folder.write(images, to: "emnist-digits-test-images.idx3-ubyte")
    try folder.write(labels, to: "emnist-digits-test-labels.idx1-ubyte")
    let source = try folder.open()
    #expect(source.training.count == 4 && source.test?.count == 4)
  }

  @Test("in a folder that is called after Fashion-MNIST its classes have their names")
  func fashion() throws {
    for name in ["fashion-mnist", "mnist"] {
      try folder.write(DataFixtures.idx([10, 1, 1], Array(0..<10)), to: "\(name)/train-images-idx3-ubyte")
      try folder.write(DataFixtures.idx([10], Array(0..<10)), to: "\(name)/train-labels-idx1-ubyte")
    }
    try #expect(folder.open("fashion-mnist").training.classNames.last == "ankle boot")
    try #expect(folder.open("mnist").training.classNames.last == "9")
  }

  /// What is wrong with the images, with the labels, and the message.
  private struct Damage: Sendable, CustomTestStringConvertible {
    let images: @Sendable ([UInt8]) -> [UInt8]
    let labels: @Sendable ([UInt8]) -> [UInt8]
    let message: String
    var testDescription: String { message }

    init(
      _ message: String, images: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 },
      labels: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) {
      self.images = images
      self.labels = labels
      self.message = message
    }

    static let all = [
      Damage("train-images-idx3-ubyte holds only 0 bytes of content; its header asks for 16", images: { _ in [] }),
      Damage(
        "train-images-idx3-ubyte, byte 0: it does not begin with two zeros, as IDX files do",
        images: { [1] + $0.dropFirst() }),
      Damage(
        "train-images-idx3-ubyte, byte 2: the type of its values is 13; accepted: 8, unsigned bytes",
        images: { [0, 0, 13, 3] + $0.dropFirst(4) }),
      Damage(
        "train-images-idx3-ubyte, byte 3: it has 1 dimensions; accepted: 3, for images of one plane",
        images: { [0, 0, 8, 1] + $0.dropFirst(4) }),
      Damage(
        "train-images-idx3-ubyte holds only 10 bytes of content; its header asks for 16",
        images: { Array($0.prefix(10)) }),
      Damage(
        "train-images-idx3-ubyte holds only 39 bytes of content; its header asks for 40", images: { $0.dropLast() }),
      Damage(
        "train-images-idx3-ubyte holds more than 40 bytes of content; its header asks for 40", images: { $0 + [0] }),
      Damage(
        "train-images-idx3-ubyte, byte 8: a side is 0; accepted: 1 to 4096 pixels",
        images: { _ in DataFixtures.idx([4, 0, 3], []) }),
      Damage(
        "train-images-idx3-ubyte, byte 12: a side is 4294967295; accepted: 1 to 4096 pixels",
        images: { _ in DataFixtures.idx([4, 2, 0xFFFF_FFFF], []) }),
      Damage(
        "holds 72057594021150720 bytes of images; at most 4294967296 are taken into memory",
        images: { _ in DataFixtures.idx([0xFFFF_FFFF, 4096, 4096], []) }),
      Damage(
        "its header asks for 4000000016", images: { _ in DataFixtures.idx([1_000_000, 40, 100], []) }),
      Damage(
        "train-images-idx3-ubyte holds 4 images, but DIR/train-labels-idx1-ubyte 3 labels",
        labels: { _ in DataFixtures.idx([3], [0, 1, 2]) }),
      Damage(
        "train-labels-idx1-ubyte holds only 11 bytes of content; its header asks for 12", labels: { $0.dropLast() }),
    ]
  }

  @Test("damaged files are refused with file and byte", arguments: Damage.all)
  private func damage(_ damage: Damage) throws {
    try write(damage.images(images), damage.labels(labels))
    let refusal = try #require(try folder.refusal())
    #expect(refusal.contains(damage.message), "\(refusal)")
  }

  @Test("packed data that are cut off or damaged are refused")
  func damagedPacking() throws {
    let packed = DataFixtures.gzip(images)
    try folder.write(labels, to: "train-labels-idx1-ubyte")
    try folder.write(Array(packed.prefix(30)), to: "train-images-idx3-ubyte.gz")
    try #expect(folder.refusal()?.contains("holds only") == true)
    try folder.write(Array(packed.dropLast(8)) + [0, 0, 0, 0] + packed.suffix(4), to: "train-images-idx3-ubyte.gz")
    try #expect(folder.refusal()?.contains("the packed data are damaged") == true)
  }

  @Test("a label beyond the classes that were given is refused with its byte")
  func labelBeyond() throws {
    try write(images, labels)
    try folder.write("zero\none\n", to: "labels.txt")
    try #expect(
      folder.refusal(labels: "labels.txt")
        == "DIR/train-labels-idx1-ubyte, byte 10: the label 2 is beyond the 2 classes, 0 to 1")
  }

  @Test("a missing partner, two sets for one use, and names that are double are refused")
  func partners() throws {
    try folder.write(images, to: "train-images-idx3-ubyte")
    try #expect(
      folder.refusal() == "DIR/train-labels-idx1-ubyte is missing; it belongs to DIR/train-images-idx3-ubyte")
    try write(images, labels)
    try write(images, labels, use: "more-train")
    try #expect(folder.refusal()?.contains("DIR holds several sets for training") == true)
    try folder.write("same\nsame\n", to: "labels.txt")
    try #expect(folder.refusal(labels: "labels.txt") == "DIR/labels.txt: two classes are called \"same\"")
  }
}
