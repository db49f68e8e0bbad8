import Foundation
import ImageInput
import TestSupport
import Testing

@testable import Training

@Suite("A CSV of paths and labels")
struct ImageTableTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copyImage("rgb.png", to: "images/1, one.png")
    try folder.copyImage("photo.jpg", to: "images/2.jpg")
  }

  @Test("paths are relative to the file; splits and header are optional")
  func table() throws {
    let absolute = folder.url.appendingPathComponent("images/2.jpg").path
    try folder.write(
      "label,path,note,split\ncat,\"images/1, one.png\",,train\ndog,\(absolute),x,training\ncat,images/2.jpg,,test\n",
      to: "data.csv")
    let source = try folder.open("data.csv")
    #expect(source.kind == .table && source.training.classNames == ["cat", "dog"])
    #expect((0..<2).map(source.training.label) == [0, 1])
    try #expect(source.training.image(0).size == PixelSize(width: 31, height: 23))
    try #expect(source.training.image(1).size == source.test?.image(0).size)
    #expect(source.training.identifier(0).hasSuffix("images/1, one.png (\(folder.url.path)/data.csv, line 2)"))
    try folder.write("images/2.jpg,b\nimages/2.jpg,a\n", to: "data.csv")
    try #expect(folder.open("data.csv").training.classNames == ["a", "b"])
  }

  @Test("labels that are numbers are in their order")
  func numbers() throws {
    try folder.write("images/2.jpg,10\nimages/2.jpg,9\nimages/2.jpg,0\n", to: "data.csv")
    try #expect(folder.open("data.csv").training.classNames == ["0", "9", "10"])
  }

  @Test("a file that is missing is an unreadable image that says where it is listed")
  func missing() throws {
    try folder.write("images/2.jpg,a\nimages/none.jpg,b\n", to: "data.csv")
    let training = try folder.open("data.csv").training
    #expect(throws: (any Error).self) { try training.image(1) }
    #expect(training.identifier(1).hasSuffix("none.jpg (\(folder.url.path)/data.csv, line 2)"))
  }

  @Test(
    "tables that cannot be used are refused with the line",
    arguments: [
      ("", "DIR/data.csv holds no images"),
      ("path,label\n", "DIR/data.csv holds no images"),
      ("a.png\n", "DIR/data.csv, line 1: it has 1 columns; accepted: path, label and if wanted split"),
      ("a.png,a\nb.png,b,c\n", "DIR/data.csv, line 2: it has 3 fields, the first line 2"),
      ("a.png,a\n,b\n", "DIR/data.csv, line 2: the path is empty, or no path"),
      ("a.png,a\nb.png,\n", "DIR/data.csv, line 2: the label is empty"),
      (
        "a.png,a,train\nb.png,b,later\n",
        "DIR/data.csv, line 2: the split \"later\" is not accepted; accepted: train, validation (val, valid) or test"
      ),
      (
        "a.png,a,train\nb.png,b,test\n",
        "DIR/data.csv, line 2: the class \"b\" is not among the 1 known: a"
      ),
      ("a.png,a,test\n", "no data set: none of its images are to train with"),
    ])
  func faults(text: String, message: String) throws {
    try folder.write(text, to: "data.csv")
    let refusal = try #require(try folder.refusal("data.csv"))
    #expect(refusal.contains(message), "\(refusal)")
  }

  @Test("a label that the file of labels does not name, and a name that no image has, are refused")
  func labels() throws {
    try folder.write("images/2.jpg,a\nimages/2.jpg,c\n", to: "data.csv")
    try folder.write("a\nb\n", to: "labels.txt")
    try #expect(
      folder.refusal("data.csv", labels: "labels.txt")
        == "DIR/data.csv, line 2: the class \"c\" is not among the 2 known: a, b")
    try folder.write("images/2.jpg,a\n", to: "data.csv")
    try #expect(
      folder.refusal("data.csv", labels: "labels.txt") == "DIR/data.csv: the class \"b\" has no images")
  }
}
