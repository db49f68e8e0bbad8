import Architectures
import ImageInput
import Testing

@testable import ModelServing

@Suite("What an import assumes")
struct ImportDefaultsTests {
  @Test("Every architecture has preprocessing that makes its input", arguments: Architecture.all)
  func preprocessing(architecture: Architecture) throws {
    let preprocessing = try ImportDefaults.preprocessing(for: architecture)
    let size = preprocessing.inputSize
    #expect([preprocessing.channels, size.height, size.width] == architecture.inputShape)
  }

  @Test("Known kinds of networks get their own")
  func known() throws {
    let resNet = try ImportDefaults.preprocessing(for: .named("resnet50"))
    #expect(resNet.resize == .shorterSide(256))
    #expect(resNet.crop == .center(PixelSize(224)))
    // torchvision's numbers, kept there as 32-bit floats.
    for (mean, expected) in zip(resNet.mean, [0.485, 0.456, 0.406]) { #expect(abs(mean - expected) < 1e-7) }
    #expect(try ImportDefaults.preprocessing(for: .named("efficientnet-lite0")).interpolation == .bicubic)
    #expect(try ImportDefaults.preprocessing(for: .named("lenet5")).channelOrder == .grey)
    #expect(try ImportDefaults.preprocessing(for: .named("resnet20")).mean == [128, 128, 128])
    #expect(try ImportDefaults.preprocessing(for: .named("zfnet")) == .torchvisionImageNet(resize: 256, crop: 224))
  }

  @Test("Labels are ImageNet's, CIFAR-10's, digits, or numbers")
  func labels() {
    let imageNet = ImportDefaults.labels(numClasses: 1000, inputShape: [3, 224, 224])
    #expect(imageNet.count == 1000)
    #expect(imageNet[285] == ClassLabel(id: "n02124075", name: "Egyptian cat"))
    #expect(ImportDefaults.labels(numClasses: 10, inputShape: [3, 32, 32])[9].name == "truck")
    #expect(ImportDefaults.labels(numClasses: 10, inputShape: [1, 32, 32])[9].name == "9")
    #expect(
      ImportDefaults.labels(numClasses: 3, inputShape: [3, 224, 224]).map(\.name) == ["class 0", "class 1", "class 2"])
  }
}
