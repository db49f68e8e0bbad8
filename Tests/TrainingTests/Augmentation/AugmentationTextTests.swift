import Foundation
import ImageInput
import Testing

@testable import Training

@Suite("The text of augmentations")
struct AugmentationTextTests {
  @Test(
    "lists are read, and written in the order in which they are applied",
    arguments: [
      ("none", .none, "none"), ("", .none, "none"),
      (
        "erase:0.5,shift:2,flip",
        Augmentation(flip: .random(probability: 0.5), shift: RandomShift(pixels: 2), erasing: RandomErasing()),
        "flip,shift,erase"
      ),
      ("alternating-flip", Augmentation(flip: .alternating), "alternating-flip"),
      ("flip:0.25", Augmentation(flip: .random(probability: 0.25)), "flip:0.25"),
      ("shift:4:zero", Augmentation(shift: RandomShift(pixels: 4, padding: .zero)), "shift:4:zero"),
      ("rotate:15", Augmentation(rotation: RandomRotation(degrees: 15)), "rotate:15"),
      (
        "resized-crop:0.25..1", Augmentation(resizedCrop: RandomResizedCrop(scale: 0.25...1)), "resized-crop:0.25..1"
      ),
      (
        "resized-crop:0.08..1:1..1", Augmentation(resizedCrop: RandomResizedCrop(ratio: 1...1)),
        "resized-crop:0.08..1:1..1"
      ),
      (
        "colour-jitter:0.2:0:0.1", Augmentation(colourJitter: ColourJitter(brightness: 0.2, saturation: 0.1)),
        "colour-jitter:0.2:0:0.1"
      ),
      (
        "erase:0.5:0.02..0.4:0.3..3.3", Augmentation(erasing: RandomErasing(area: 0.02...0.4)), "erase:0.5:0.02..0.4"
      ),
    ] as [(String, Augmentation, String)])
  func lists(text: String, expected: Augmentation, canonical: String) throws {
    let read = try Augmentation(list: text)
    #expect(read == expected)
    #expect(read.description == canonical)
    try #expect(Augmentation(list: canonical) == expected)
  }

  @Test(
    "what is not accepted is refused with what is",
    arguments: [
      ("spin", "the augmentation \"spin\" is not known; accepted: none, or a list between commas of resized-crop"),
      ("flip,,erase", "the augmentation \"\" is not known"),
      ("flip,flip:0.1", "the augmentation \"flip:0.1\" comes second, after flip; accepted: one of a kind"),
      ("alternating-flip,flip", "comes second, after alternating-flip"),
      ("flip:1.5", "\"flip:1.5\" has 1.5 as its probability; accepted: flip[:probability 0..1 = 0.5]"),
      ("shift:0", "has 0 as its pixels; accepted: shift[:pixels 1..256 = 2[:reflect or zero = reflect]]"),
      ("shift:2:edge", "has edge as its padding"), ("shift:2:zero:1", "has too many parameters"),
      ("alternating-flip:1", "has too many parameters"), ("rotate", "lacks its degrees"),
      ("rotate:200", "has 200 as its degrees; accepted: rotate:degrees 0..180"),
      ("colour-jitter", "lacks its brightness"), ("colour-jitter:0:0:0:0.6", "has 0.6 as its hue"),
      ("resized-crop:1..0.5", "has 1..0.5 as its area"), ("resized-crop:0.5", "has 0.5 as its area"),
      ("erase:", "has an empty probability"), ("erase:nan", "has nan as its probability"),
    ])
  func refusals(text: String, message: String) throws {
    let error = try #require(throws: AugmentationError.self) { try Augmentation(list: text) }
    #expect(error.description.contains(message), "\(error)")
    #expect(Augmentation(text) == nil)
  }

  @Test("every kind is named where what is accepted is told")
  func accepted() {
    for name in ["resized-crop", "colour-jitter", "rotate", "flip", "alternating-flip", "shift", "erase"] {
      #expect(Augmentation.accepted.contains(name))
    }
  }

  @Test("a shift beyond the image is refused")
  func size() throws {
    let augmentation = try Augmentation(list: "shift:8")
    try augmentation.check(inputSize: PixelSize(9))
    let error = try #require(throws: AugmentationError.self) {
      try augmentation.check(inputSize: PixelSize(width: 8, height: 20))
    }
    #expect(
      error.description
        == "the augmentation \"shift:8\" moves images of 8 x 20 pixels out of sight; accepted: at most 7 pixels")
  }

  @Test("JSON holds the text")
  func json() throws {
    let data = try JSONEncoder().encode(Augmentation(list: "erase,flip"))
    #expect(String(decoding: data, as: UTF8.self) == "\"flip,erase\"")
    try #expect(JSONDecoder().decode(Augmentation.self, from: data) == Augmentation(list: "flip,erase"))
  }
}
