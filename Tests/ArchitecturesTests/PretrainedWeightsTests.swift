import Architectures
import Foundation
import NetworkGraph
import TestSupport
import Testing

/// What torchvision says of its weights; `python3 Tests/Goldens/architectures/weights.py` writes it anew.
private struct PublishedWeights: Decodable, Sendable {
  let url: String
  let enumeration: String
  let resize: Int
  let crop: Int
  let interpolation: PretrainedWeights.Interpolation
  let mean: [Float]
  let std: [Float]
  let top1Error: Double
  let top5Error: Double

  enum CodingKeys: String, CodingKey {
    case url, enumeration, resize, crop, interpolation, mean, std
    case top1Error = "top1_error"
    case top5Error = "top5_error"
  }

  static let all: [String: PublishedWeights] = {
    let file = Checkout.root.appending(path: "Tests/Goldens/architectures/weights.json")
    return try! JSONDecoder().decode([String: PublishedWeights].self, from: Data(contentsOf: file))
  }()
}

@Suite("Pretrained weights against torchvision")
struct PretrainedWeightsTests {
  @Test("there is a file for exactly the networks that torchvision has")
  func complete() {
    let ours = Architecture.all.filter { $0.pretrained != nil }.map(\.name)
    #expect(Set(ours) == Set(PublishedWeights.all.keys))
  }

  @Test("address, hash and preprocessing are torchvision's", arguments: PublishedWeights.all.keys.sorted())
  func preprocessing(name: String) throws {
    let architecture = try Architecture.named(name)
    let (ours, theirs) = (try #require(architecture.pretrained), try #require(PublishedWeights.all[name]))
    // Version 0.14 names a hash that the file does not have: pytorch/vision, issue 7744.
    let wrongHash = ["efficientnet_b0": ("3dd342df", "7f5810bc")]
    let url = wrongHash[name].map { theirs.url.replacing($0.0, with: $0.1) } ?? theirs.url
    #expect(ours.url == url)
    #expect(ours.url.hasSuffix("-\(ours.sha256Prefix).pth"))
    #expect(ours.sha256Prefix.count >= 8 && ours.sha256Prefix.allSatisfy(\.isHexDigit))
    #expect(ours.enumeration == theirs.enumeration)
    #expect(ours.licence == "BSD-3-Clause")
    #expect((ours.resizeSize, ours.cropSize) == (theirs.resize, theirs.crop))
    #expect(ours.interpolation == theirs.interpolation)
    #expect((ours.mean, ours.std) == (theirs.mean, theirs.std))
    #expect(architecture.inputShape == [3, theirs.crop, theirs.crop])
  }

  @Test("the accuracy of the weights is torchvision's", arguments: PublishedWeights.all.keys.sorted())
  func accuracy(name: String) throws {
    let theirs = try #require(PublishedWeights.all[name])
    let ours = try Architecture.named(name).published.filter { $0.source.contains(theirs.enumeration) }
    #expect(ours.map(\.top1Error) == [theirs.top1Error])
    #expect(ours.map(\.top5Error) == [theirs.top5Error])
  }

  @Test("tensors that serve training only are known by their prefix")
  func ignored() throws {
    #expect(try Architecture.named("googlenet").ignoredWeightPrefixes == ["aux1.", "aux2."])
    #expect(try Architecture.named("inception_v3").ignoredWeightPrefixes == ["AuxLogits."])
  }

  @Test("the older names in DenseNet-121's file are those of its layers today")
  func olderNames() throws {
    let densenet = try Architecture.named("densenet121")
    let names = try densenet.network().parameters().map(\.name)
    let older = names.map { name in
      name.replacing(/(denselayer\d+\.)(norm|relu|conv)([12])\./) { "\($0.1)\($0.2).\($0.3)." }
    }
    #expect(older.contains("features.denseblock4.denselayer16.norm.2.running_var"))
    #expect(older.map(densenet.currentTensorName) == names)
    #expect(names.map(densenet.currentTensorName) == names)
    for odd in ["", ".", "denselayer1", "denselayer1.norm", "denselayer1.norm.1", "features.denselayer1.norm.3.weight"]
    {
      #expect(densenet.currentTensorName(odd) == odd)
    }
  }

  @Test("other networks' tensors have one name")
  func oneName() throws {
    #expect(try Architecture.named("resnet18").currentTensorName("layer1.0.conv.1.weight") == "layer1.0.conv.1.weight")
  }
}
