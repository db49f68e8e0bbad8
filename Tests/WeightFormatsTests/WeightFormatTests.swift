import Glibc
import Testing
import WeightFormats

@Suite("formats that are not read")
struct WeightFormatTests {
  @Test(
    "an unknown file is named by its looks, with what is accepted",
    arguments: [
      (Array("\u{89}HDF\r\n".unicodeScalars.map { UInt8($0.value) }), "HDF5"), (Array("GGUF\u{3}".utf8), "GGUF"),
      ([0x93] + Array("NUMPY".utf8), "NumPy"), ([8, 0, 0, 0] + Array("TFL3".utf8), "TensorFlow Lite"),
      ([UInt8](repeating: 0, count: 257) + Array("ustar".utf8), "tar archive"), ([0x1F, 0x8B, 8], "gzip"),
      (Array("version https://git-lfs.github.com/spec/v1".utf8), "git lfs pull"),
      (Array("<!DOCTYPE html>".utf8), "web page"), ([0x80, 2, 0x7D, 0x2E], "pickle that torch.save did not write"),
      ([8, 7, 0x12], "ONNX"), ([], "an empty file"), (Array("hello, world".utf8), "nothing known"),
    ] as [([UInt8], String)])
  func unknown(bytes: [UInt8], looks: String) {
    let error = #expect(throws: WeightFormatError.self) { try WeightFile.read(bytes) }
    #expect(error?.description.contains(looks) == true, "\(error as Any)")
    #expect(error?.description.contains("safetensors") == true)
  }

  @Test("a path that cannot be read says which call failed")
  func unreadable() {
    #expect(throws: WeightFormatError.system(call: "open", errno: ENOENT)) {
      try WeightFile.open(path: "/nonexistent/w.pth")
    }
    let error = #expect(throws: WeightFormatError.self) { try WeightFile.open(path: "/dev/null") }
    #expect(error?.description.contains("not a regular file") == true)
  }
}
