import Foundation
import ImageInput
import TestSupport
import Testing

@Suite("convserve explain, activations, filters, receptive-field, input", .timeLimit(.minutes(5)))
struct ExplainCommandTests {
  private let convserve: ConvServe

  init() throws {
    convserve = try ConvServe()
    try convserve.folder.write("no picture", to: "bad.jpg")
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: convserve.folder.url.appendingPathComponent(name)))
  }

  @Test("JSON is the server's, and a picture goes to a file that is named so")
  func forms() async throws {
    let answer = try await convserve.json(["explain", "photo.jpg", "--layer", "block2.relu", "--class", "3"])
    #expect(answer["layer"] as? String == "block2.relu")
    #expect(answer["shape"] as? [Int] == [16, 16])
    #expect((answer["class"] as? [String: Any])?["index"] as? Int == 3)
    for (arguments, size) in [
      (["explain", "photo.jpg"], PixelSize(224)),
      (["explain", "photo.jpg", "--method", "occlusion", "--patch", "16", "--stride", "16"], PixelSize(224)),
      (["input", "photo.jpg", "--crop", "center"], PixelSize(32)),
      (["activations", "photo.jpg", "--top", "4"], PixelSize(width: 156, height: 140)),
      (["receptive-field", "photo.jpg", "--effective"], nil), (["filters"], nil),
    ] as [([String], PixelSize?)] {
      let result = try await convserve.run(arguments + ["-o", "out.png"])
      #expect(result.status == 0 && result.output == "", "\(result.errors)")
      let picture = try ImageDecoder.decode(bytes("out.png"))
      if let size { #expect(picture.size == size, "\(arguments)") }
    }
  }

  @Test("drawings are SVG", arguments: [["filters"], ["receptive-field", "--architecture", "vgg16", "--row", "0"]])
  func drawings(arguments: [String]) async throws {
    let result = try await convserve.run(arguments + ["-o", "out.svg"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(String(decoding: try bytes("out.svg"), as: UTF8.self).hasPrefix("<svg"))
  }

  @Test(
    "what does not exist is told",
    arguments: [
      (["explain", "bad.jpg"], 1, "bad.jpg: not a picture"),
      (["explain", "nope.jpg"], 1, "nope.jpg: No such file or directory"),
      (["explain", "photo.jpg", "--layer", "nope"], 1, #"has no layer "nope"; accepted: "#),
      (["explain", "photo.jpg", "--class", "10"], 1, "a whole number from 0 to 9"),
      (["explain", "photo.jpg", "--crop", "ten"], 1, "accepted: crop=center, crop=stretch"),
      (["explain", "photo.jpg", "-o", "a.svg"], 64, "there is no SVG of this; accepted endings: .json, .png"),
      (["explain", "photo.jpg", "-o", "nowhere/a.png"], 1, "cannot write"),
      (["explain"], 64, "<image>"),
      (["activations", "photo.jpg", "--top", "0"], 64, "--top takes 1 to 4096"),
      (["filters", "--layer", "relu0"], 1, "has no filters; accepted: "),
      (["receptive-field", "--architecture", "vgg16", "--effective"], 64, "an architecture has no weights"),
      (["receptive-field", "--input", "3x8x8"], 64, "--input goes with --architecture"),
      (["receptive-field", "--row", "99"], 1, "lies outside the map"),
    ] as [([String], Int32, String)])
  func refused(arguments: [String], status: Int32, message: String) async throws {
    let result = try await convserve.run(arguments)
    #expect(result.status == status)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
