import Foundation
import ImageInput
import TestSupport
import Testing

@testable import Training

@Suite("A folder of class folders")
struct ClassFoldersTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Two classes of two images each.
  private func addClasses(in parent: String = "") throws {
    for (name, image) in [("b", "rgb.png"), ("a", "photo.jpg"), ("a/inner", "grey.jpg"), ("b", "lossless.webp")] {
      try folder.copyImage(image, to: "\(parent)\(name)/\(image)")
    }
  }

  @Test("classes and files are sorted, hidden files left out, others named")
  func listing() throws {
    try addClasses()
    try folder.write("x", to: "a/.hidden.png")
    try folder.write("x", to: "a/notes.txt")
    try folder.write("x", to: ".cache/photo.png")
    let source = try folder.open()
    #expect(source.kind == .classFolders && source.test == nil && source.validation == nil)
    #expect(source.training.classNames == ["a", "b"])
    #expect((0..<source.training.count).map(source.training.label) == [0, 0, 1, 1])
    let names = (0..<source.training.count).map { source.training.identifier($0).dropFirst(folder.url.path.count) }
    #expect(names == ["/a/photo.jpg", "/a/inner/grey.jpg", "/b/lossless.webp", "/b/rgb.png"])
    #expect(source.ignoredFiles == ["a/notes.txt: its name is no image's"])
    try #expect(source.training.image(3).size == PixelSize(width: 31, height: 23))
  }

  @Test("train, validation and test are found by their names")
  func splits() throws {
    try addClasses(in: "train/")
    try folder.copyImage("rgb.png", to: "val/b/1.png")
    try folder.copyImage("rgb.png", to: "test/a/1.png")
    let source = try folder.open()
    #expect(source.training.count == 4)
    #expect(source.validation?.count == 1 && source.validation?.label(0) == 1)
    #expect(source.test?.count == 1 && source.test?.label(0) == 0)
  }

  @Test("a class may be called train")
  func classCalledTrain() throws {
    try folder.copyImage("rgb.png", to: "train/1.png")
    try folder.copyImage("rgb.png", to: "test/1.png")
    try #expect(folder.open().training.classNames == ["test", "train"])
  }

  @Test("a file of labels gives order and names")
  func labels() throws {
    try addClasses()
    try folder.write("b\tsecond letter\na\tfirst letter\n", to: "labels.txt")
    let training = try folder.open(labels: "labels.txt").training
    #expect(training.classNames == ["second letter", "first letter"])
    #expect(training.label(0) == 1 && training.label(3) == 0)
  }

  @Test("the fingerprint changes with names, sizes and labels, and with nothing else")
  func fingerprint() throws {
    try addClasses(in: "one/")
    try addClasses(in: "two/")
    let first = try folder.open("one").fingerprint()
    try #expect(folder.open("two").fingerprint() == first)
    try folder.copyImage("photo.jpg", to: "two/b/new.jpg")
    let second = try folder.open("two").fingerprint()
    try folder.write([1, 2, 3], to: "two/b/new.jpg")
    try #expect(Set([first, second, folder.open("two").fingerprint()]).count == 3)
  }

  @Test("an empty class is named")
  func emptyClass() throws {
    try addClasses()
    try folder.write("x", to: "c/notes.txt")
    try #expect(folder.refusal() == "DIR: the class \"c\" has no images")
  }

  @Test("a folder that no label names, and a class of the test set that was never learned, are refused")
  func unknownClass() throws {
    try addClasses(in: "train/")
    try folder.copyImage("rgb.png", to: "test/z/1.png")
    try #expect(folder.refusal() == "DIR/test/z: the class \"z\" is not among the 2 known: a, b")
  }

  @Test("folders that lie too deep are refused")
  func depth() throws {
    try folder.copyImage("rgb.png", to: (["a"] + (0..<8).map(String.init)).joined(separator: "/") + "/1.png")
    try #expect(folder.refusal()?.contains("more than 8 folders lie within one another") == true)
  }

  @Test("what is no data set is refused with all that is accepted")
  func unknown() throws {
    try folder.write("x", to: "file.tar")
    for (path, problem) in [
      ("missing", "there is nothing of that name"), ("file.tar", "it is a file whose name does not end in .csv"),
      ("", "it holds 1 files, among them file.tar, and no folders"),
    ] {
      let refusal = try folder.refusal(path) ?? ""
      #expect(refusal.contains(problem) && refusal.hasSuffix(DataSetError.acceptedKinds), "\(refusal)")
    }
  }
}
