import Foundation
import NetworkGraph
import Testing
import WeightFormats

@Suite("safetensors writer")
struct SafetensorsWriterTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("writer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func cleanUp() { try? FileManager.default.removeItem(at: folder) }

  @Test("what is written is read back, bit for bit, with names that need escapes")
  func roundTrip() throws {
    defer { cleanUp() }
    let path = folder.appendingPathComponent("w.safetensors").path
    let weights: Weights = [
      "b.weight": WeightTensor(shape: [2, 2], values: [1, -0.0, .infinity, .nan]),
      "a\"\\\n\u{1}é😀": WeightTensor(shape: [], values: [7]), "empty": WeightTensor(shape: [0, 3], values: []),
    ]
    try SafetensorsWriter.write(weights, metadata: ["made by": "a test\t"], to: path)
    let file = try WeightFile.open(path: path)
    #expect(file.metadata == ["made by": "a test\t"])
    #expect(file.tensors.keys.sorted() == weights.keys.sorted())
    for (name, tensor) in weights {
      #expect(file.tensors[name]?.shape == tensor.shape)
      #expect(file.tensors[name]?.bits == tensor.bits)
    }
  }

  @Test("names are sorted, the data begins on an 8-byte boundary, nothing is left beside the file")
  func layout() throws {
    defer { cleanUp() }
    let url = folder.appendingPathComponent("w.safetensors")
    let one = WeightTensor(shape: [1], values: [1])
    for names in [["b", "a"], ["c", "bb"], ["longer", "x"]] {
      try SafetensorsWriter.write(Dictionary(uniqueKeysWithValues: names.map { ($0, one) }), to: url.path)
      let data = try Data(contentsOf: url)
      #expect(data[0].isMultiple(of: 8))
      let header = String(decoding: data[8..<data.count - 8], as: UTF8.self)
      let positions = names.sorted().map { header.range(of: "\"\($0)\"")!.lowerBound }
      #expect(positions == positions.sorted())
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["w.safetensors"])
  }

  @Test("the same weights make the same bytes as the file they came from")
  func resNet8() throws {
    defer { cleanUp() }
    let url = folder.appendingPathComponent("w.safetensors")
    let source = try WeightFile.open(path: Goldens.resNet8)
    try SafetensorsWriter.write(source.tensors, metadata: source.metadata, to: url.path)
    #expect(try Data(contentsOf: url) == Data(contentsOf: URL(fileURLWithPath: Goldens.resNet8)))
  }

  @Test("a file may be replaced while tensors point into the old one")
  func replacement() throws {
    defer { cleanUp() }
    let path = folder.appendingPathComponent("w.safetensors").path
    try SafetensorsWriter.write(["w": WeightTensor(shape: [2], values: [1, 2])], to: path)
    let old = try WeightFile.open(path: path).tensors["w"]!
    try SafetensorsWriter.write(["w": WeightTensor(shape: [1], values: [3])], to: path)
    #expect(old.values == [1, 2])
    #expect(try WeightFile.open(path: path).tensors["w"]?.values == [3])
  }

  @Test("failure leaves the old file and nothing else")
  func failure() throws {
    defer { cleanUp() }
    let path = folder.appendingPathComponent("w.safetensors").path
    let tensor = WeightTensor(shape: [1], values: [1])
    try SafetensorsWriter.write(["w": tensor], to: path)
    #expect(throws: WeightFormatError.unwritableName("__metadata__", reason: "safetensors reserves this name")) {
      try SafetensorsWriter.write(["__metadata__": tensor], to: path)
    }
    #expect(throws: WeightFormatError.system(call: "open", errno: ENOENT)) {
      try SafetensorsWriter.write(["w": tensor], to: folder.path + "/none/w.safetensors")
    }
    #expect(throws: WeightFormatError.system(call: "rename", errno: EISDIR)) {
      try SafetensorsWriter.write(["w": tensor], to: folder.path)
    }
    #expect(try WeightFile.open(path: path).tensors["w"]?.values == [1])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["w.safetensors"])
  }
}
