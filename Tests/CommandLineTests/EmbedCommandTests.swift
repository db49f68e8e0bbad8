import Foundation
import TestSupport
import Testing

@Suite("convserve embed", .timeLimit(.minutes(5)))
struct EmbedCommandTests {
  private let convserve: ConvServe

  init() throws {
    convserve = try ConvServe()
    try convserve.folder.write("no picture", to: "bad.jpg")
    try convserve.folder.copy(Checkout.images.appendingPathComponent("rgb.png"), to: "rgb.png")
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: convserve.folder.url.appendingPathComponent(name)))
  }

  private func values(_ embedding: [String: Any]) throws -> [Float] {
    try #require(embedding["values"] as? [NSNumber]).map(\.floatValue)
  }

  private func floats(_ bytes: some Collection<UInt8>) -> [Float] {
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
  }

  @Test("it prints a line of JSON for each image that it can read, names the others, and fails")
  func lines() async throws {
    let result = try await convserve.run(["embed", "photo.jpg", "bad.jpg", "nope.jpg", "rgb.png"])
    #expect(result.status == 1)
    let errors = result.errors.split(separator: "\n")
    #expect(errors.count == 2)
    #expect(errors.first?.hasPrefix("Error: bad.jpg: not a picture") == true, "\(errors)")
    #expect(errors.last?.hasSuffix("/nope.jpg: No such file or directory") == true, "\(errors)")
    let lines = try result.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["image"] as? String } == ["photo.jpg", "rgb.png"])
    for line in lines {
      #expect(line["model"] as? String == "resnet8-cifar10")
      #expect(line["version"] as? String == "1")
      let values = try values(line)
      #expect(values.count == 64)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
  }

  @Test("--json prints what the server answers, and -o writes the same values, for NumPy or alone")
  func files() async throws {
    let answer = try await convserve.json(["embed", "photo.jpg", "rgb.png", "--json", "--crop", "ten"])
    #expect(answer["model"] as? String == "resnet8-cifar10")
    #expect(answer["version"] as? String == "1")
    #expect(answer["layer"] as? String == "flatten")
    #expect(answer["dimensions"] as? Int == 64)
    let embeddings = try #require(answer["embeddings"] as? [[String: Any]])
    let expected = try embeddings.flatMap(values)
    for name in ["v.npy", "v.f32"] {
      let result = try await convserve.run(["embed", "photo.jpg", "rgb.png", "--crop", "ten", "-o", name])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output == "photo.jpg\nrgb.png\n")
    }
    #expect(floats(try bytes("v.f32")) == expected)
    let array = try bytes("v.npy")
    #expect(array.count == 128 + 4 * 2 * 64)
    #expect(array.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]))
    let header = String(decoding: array[10..<128], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 64,), }"))
    #expect(header.hasSuffix(" \n"))
    #expect(floats(array[128...]) == expected)
  }

  @Test("it writes no file where no image can be read")
  func nothing() async throws {
    let result = try await convserve.run(["embed", "bad.jpg", "-o", "v.npy"])
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(throws: CocoaError.self) { try bytes("v.npy") }
  }
}
