import Foundation
import ImageInput
import Testing

@Suite("Preprocessing as JSON")
struct PreprocessingJSONTests {
  private func decode(_ json: String) throws -> Preprocessing {
    try JSONDecoder().decode(Preprocessing.self, from: Data(json.utf8))
  }

  /// A valid object with some text replaced.
  private func json(replacing part: String = "", with other: String = "") -> String {
    let valid = """
      {"resize": {"shorter_side": 256}, "interpolation": "bilinear", "crop": {"center": 224},
       "channel_order": "rgb", "scale": 0.00392156862745098,
       "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
      """
    return part.isEmpty ? valid : valid.replacingOccurrences(of: part, with: other)
  }

  @Test("the form in the documentation is torchvision's preset")
  func documentedForm() throws {
    #expect(try decode(json()) == .torchvisionImageNet())
  }

  @Test(
    "every preprocessing survives being written and read",
    arguments: [
      .torchvisionImageNet(), .efficientNetLite(), .cifar(), Preprocessing.cifar().overriding(crop: .ten),
      .torchvisionImageNet(resize: 342, crop: 299).overriding(crop: .stretch),
    ] as [Preprocessing])
  func roundTrip(_ preprocessing: Preprocessing) throws {
    let data = try JSONEncoder().encode(preprocessing)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
  }

  @Test("a rectangle is written as width and height")
  func rectangle() throws {
    let text = #"{"crop": {"center": {"width": 320, "height": 240}}, "scale": 1, "mean": [0,0,0], "std": [1,1,1]}"#
    let preprocessing = try decode(text)
    #expect(preprocessing.inputSize == PixelSize(width: 320, height: 240))
    #expect(preprocessing.elementsPerCrop == 3 * 240 * 320)
    #expect(preprocessing.resize == .none)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(
      String(decoding: try encoder.encode(preprocessing), as: UTF8.self)
        == #"{"channel_order":"rgb","crop":{"center":{"height":240,"width":320}},"interpolation":"bilinear","#
        + #""mean":[0,0,0],"resize":"none","scale":1,"std":[1,1,1]}"#)
  }

  @Test(
    "a wrong field is named, with what is accepted",
    arguments: [
      ("\"shorter_side\": 256", "\"shorter_side\": 0", "shorter_side", "is 0"),
      ("\"shorter_side\": 256", "\"shorter_side\": 9000", "shorter_side", "is 9000"),
      ("\"shorter_side\": 256", "\"shorter_side\": \"256\"", "shorter_side", "has a value of the wrong kind"),
      ("\"shorter_side\"", "\"short_side\"", "short_side", "is unknown in resize"),
      ("{\"shorter_side\": 256}", "{}", "resize", "has 0 fields"),
      ("{\"shorter_side\": 256}", "\"stretch\"", "resize", "is \"stretch\""),
      ("{\"shorter_side\": 256}", "256", "resize", "has a value of the wrong kind"),
      ("\"bilinear\"", "\"nearest\"", "interpolation", "has a value of the wrong kind"),
      ("{\"center\": 224}", "{\"center\": {\"width\": 1}}", "height", "is missing"),
      ("{\"center\": 224}", "{\"center\": -1}", "center", "is -1"),
      ("{\"center\": 224}", "{\"center\": 224, \"ten\": 224}", "crop", "has 2 fields"),
      ("{\"center\": 224}", "\"none\"", "crop", "is absent, which leaves the input's size open"),
      ("channel_order", "chanel_order", "chanel_order", "is unknown in preprocessing"),
      ("\"rgb\"", "\"grey\"", "mean", "holds 3 numbers"),
      ("\"scale\": 0.00392156862745098,", "", "scale", "is missing"),
      ("0.00392156862745098", "0", "scale", "is 0.0"),
      ("0.229", "0", "std", "holds 0.0"),
      ("0.229, ", "", "std", "holds 2 numbers"),
      ("0.485", "\"x\"", "mean", "has a value of the wrong kind"),
      ("0.00392156862745098", "1e300", "scale", "is 1e+300"),
    ])
  func wrongField(_ part: String, _ other: String, _ field: String, _ problem: String) throws {
    let error = try #require(throws: PreprocessingError.self) { try decode(json(replacing: part, with: other)) }
    #expect(error.field == field)
    #expect(error.problem == problem)
    #expect(!error.accepted.isEmpty)
  }

  @Test("an error reads as a sentence")
  func description() throws {
    let error = try #require(throws: PreprocessingError.self) {
      try decode(json(replacing: "\"bilinear\"", with: "\"nearest\""))
    }
    #expect(
      error.description
        == #"preprocessing field "interpolation" has a value of the wrong kind; accepted: bilinear or bicubic"#
    )
  }
}
