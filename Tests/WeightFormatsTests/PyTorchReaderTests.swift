import NetworkGraph
import Testing
import WeightFormats

@Suite("PyTorch files")
struct PyTorchReaderTests {
  @Test("every tensor is what torch.load gives", arguments: Goldens.expected.read.keys.sorted())
  func tensors(name: String) throws {
    let file = try WeightFile.open(path: Goldens.path(name))
    let expected = Goldens.expected.read[name]!
    #expect(file.tensors.keys.sorted() == expected.tensors.keys.sorted())
    for (key, tensor) in expected.tensors {
      #expect(file.tensors[key]?.shape == tensor.shape, "\(key)")
      #expect(file.tensors[key]?.bits == tensor.bits, "\(key)")
    }
  }

  @Test("integer and boolean tensors are skipped by name and type", arguments: Goldens.expected.read.keys.sorted())
  func skipped(name: String) throws {
    let file = try WeightFile.open(path: Goldens.path(name))
    let expected = Goldens.expected.read[name]!.skipped
    #expect(file.skipped.map(\.name) == expected.keys.sorted())
    for tensor in file.skipped {
      #expect(tensor.elementType == expected[tensor.name]?.type)
      #expect(tensor.shape == expected[tensor.name]?.shape)
    }
  }

  @Test("the format is told from the bytes", arguments: Goldens.expected.read.keys.sorted())
  func format(name: String) throws {
    let expected: WeightFormat = name.hasSuffix("_legacy.pth") ? .pyTorchLegacy : .pyTorchZip
    #expect(try WeightFile.read(Goldens.bytes(name)).format == expected)
  }

  @Test("a hostile file is refused, and the message says why", arguments: Goldens.expected.refused.keys.sorted())
  func refused(name: String) throws {
    let error = try #require(throws: WeightFormatError.self) {
      try WeightFile.open(path: Goldens.path(name), limits: Goldens.limits)
    }
    #expect("\(error)".contains(Goldens.expected.refused[name]!), "\(error)")
  }

  @Test(
    "ResNet-8 is the same in all three formats", arguments: ["resnet8_cifar10_zip.pth", "resnet8_cifar10_legacy.pth"])
  func agreement(name: String) throws {
    let safetensors = try WeightFile.open(path: Goldens.resNet8)
    let file = try WeightFile.open(path: Goldens.path(name))
    #expect(file.tensors.keys.sorted() == safetensors.tensors.keys.sorted())
    #expect(file.tensors.values.reduce(0) { $0 + $1.count } == 78_666)
    for (key, tensor) in safetensors.tensors {
      #expect(file.tensors[key]?.shape == tensor.shape, "\(key)")
      #expect(file.tensors[key]?.bits == tensor.bits, "\(key)")
    }
  }

  @Test("the refusal of a global names it and says what is accepted")
  func globalMessage() {
    let error = #expect(throws: WeightFormatError.refusedGlobal(name: "posix.system")) {
      try WeightFile.open(path: Goldens.path("hostile/system_protocol2.pth"))
    }
    #expect(error?.description.contains("only tensors and plain containers are accepted") == true)
  }

  @Test("a limit on copied values spares tensors that point into the file")
  func copyLimit() throws {
    var limits = WeightLimits()
    limits.copiedValues = 0
    #expect(try WeightFile.open(path: Goldens.path("resnet8_cifar10_zip.pth"), limits: limits).tensors.count > 0)
    // half, the first in the state dict that is not f32, has five values.
    #expect(throws: WeightFormatError.limitExceeded(limit: "values that must be copied", maximum: 0, found: 5)) {
      try WeightFile.open(path: Goldens.path("types_zip.pth"), limits: limits)
    }
  }

  @Test("a pickle longer than the limit is refused as such, not as cut off")
  func pickleLimit() {
    var limits = WeightLimits()
    limits.pickleBytes = 40
    let error = #expect(throws: WeightFormatError.self) {
      try WeightFile.open(path: Goldens.path("module_zip.pth"), limits: limits)
    }
    guard case .limitExceeded(_, 40, _)? = error else { return #expect(Bool(false), "\(error as Any)") }
  }
}
