import Foundation
import ImageInput
import TestSupport
import Testing

@testable import Training

@Suite("CIFAR's binary files")
struct CIFARFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A red, a green and a blue plane, each of one number.
  private func record(_ labels: [UInt8], _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> [UInt8] {
    labels + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  @Test("CIFAR-10's batches follow one another, and have its names")
  func ten() throws {
    try folder.write(record([3], 1, 2, 3) + record([9], 4, 5, 6), to: "data_batch_1.bin")
    try folder.write(record([0], 7, 8, 9), to: "data_batch_2.bin")
    try folder.write(record([1], 10, 11, 12), to: "test_batch.bin")
    let source = try folder.open()
    #expect(source.kind == .cifar && source.test?.count == 1)
    #expect((0..<3).map(source.training.label) == [3, 9, 0])
    #expect(source.training.classNames[9] == "truck")
    try #expect(source.training.image(2).pixels.prefix(6) == [7, 8, 9, 7, 8, 9])
    #expect(source.training.identifier(2) == "image 0 of \(folder.url.path)/data_batch_2.bin")
  }

  @Test("of CIFAR-100's labels the fine one is taken, its names are read")
  func hundred() throws {
    try folder.write(record([19, 99], 1, 2, 3), to: "train.bin")
    try #expect(folder.open().training.classNames[99] == "99")
    try folder.write((0..<100).map { "name \($0)\n" }.joined(), to: "fine_label_names.txt")
    let training = try folder.open().training
    #expect(training.label(0) == 99 && training.classNames[99] == "name 99")
    try folder.write("one\n", to: "fine_label_names.txt")
    try #expect(folder.refusal() == "DIR/fine_label_names.txt: it names 1 classes; the set has 100")
  }

  @Test("files that are cut off and labels beyond the classes are refused with their bytes")
  func damage() throws {
    try folder.write(record([3], 1, 2, 3) + record([9], 4, 5, 6).dropLast(), to: "data_batch_1.bin")
    try #expect(
      folder.refusal()
        == "DIR/data_batch_1.bin, byte 3073: its 6145 bytes are no whole number of records of 3073")
    try folder.write([], to: "data_batch_1.bin")
    try #expect(folder.refusal()?.contains("its 0 bytes") == true)
    try folder.write(record([3], 1, 2, 3) + record([10], 4, 5, 6), to: "data_batch_1.bin")
    try #expect(
      folder.refusal() == "DIR/data_batch_1.bin, byte 3073: the label 10 is beyond the 10 classes, 0 to 9")
  }
}
