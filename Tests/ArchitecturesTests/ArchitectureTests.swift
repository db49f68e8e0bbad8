import Architectures
import NetworkGraph
import TestSupport
import Testing

@Suite("Architectures")
struct ArchitectureTests {
  @Test("names are unique, lower case, and found again")
  func names() throws {
    let names = Architecture.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name == name.lowercased())
      #expect(try Architecture.named(name).name == name)
    }
  }

  @Test("letter case and dashes against underscores do not matter", arguments: ["ResNet50", "RESNET50"])
  func folding(name: String) throws {
    #expect(try Architecture.named(name).name == "resnet50")
    #expect(try Architecture.named("vgg16-bn").name == "vgg16_bn")
    #expect(try Architecture.named("googlenet_original").name == "googlenet-original")
  }

  @Test(
    "an unknown name lists what comes near",
    arguments: [
      ("resnet51", "resnet50"), ("googlnet", "googlenet"), ("vgg-16", "vgg16"), ("alexnet2", "alexnet"),
      ("efficientnet-lite1", "efficientnet-lite0"),
    ])
  func suggestions(name: String, suggestion: String) {
    let error = #expect(throws: UnknownArchitecture.self) { try Architecture.named(name) }
    #expect(error?.suggestions.contains(suggestion) == true, "\(error as Any)")
    #expect(error?.description.contains("no architecture is named \"\(name)\"; did you mean ") == true)
  }

  @Test("a name that comes near nothing says where all are listed", arguments: ["transformer", "", "🦜"])
  func noSuggestions(name: String) {
    let error = #expect(throws: UnknownArchitecture.self) { try Architecture.named(name) }
    #expect(error?.suggestions == [])
    #expect(
      error?.description
        == "no architecture is named \"\(name)\" (`convserve architectures` and GET /v1/architectures list all)")
  }

  @Test("a number of classes outside the accepted range is refused", arguments: [0, -1, 100_001, Int.max, Int.min])
  func classes(count: Int) throws {
    for architecture in Architecture.all {
      #expect(
        throws: ArchitectureError.unacceptedClasses(
          architecture: architecture.name, given: count, accepted: 1...100_000)
      ) { try architecture.network(numClasses: count) }
    }
  }

  @Test("the last layer has as many outputs as classes are asked for", arguments: Architecture.all.map(\.name))
  func outputs(name: String) throws {
    let architecture = try Architecture.named(name)
    #expect(try architecture.network().inferShapes().output.dimensions == [architecture.defaultClasses])
    #expect(try architecture.network(numClasses: 7).inferShapes().output.dimensions == [7])
  }

  @Test(
    "an input shape that is not three positive extents is refused",
    arguments: [
      [], [224], [3, 224], [3, 0, 224], [0, 224, 224], [3, -224, 224], [1, 3, 224, 224], [3, 3, Int.min],
    ])
  func shapes(shape: [Int]) throws {
    for architecture in Architecture.all {
      #expect(
        throws: ArchitectureError.unacceptedInputShape(
          architecture: architecture.name, given: shape, example: architecture.inputShape)
      ) { try architecture.network(inputShape: shape) }
    }
  }

  @Test(
    "extreme inputs are refused or built, and never trap",
    arguments: [
      [1, 1, 1], [16_384, 1, 1], [1, 16_384, 16_384], [16_384, 16_384, 16_384], [Int.max, Int.max, Int.max],
      [3, 1, 16_384], [16_384, 128, 128],
    ])
  func extremes(shape: [Int]) throws {
    for architecture in Architecture.all {
      do throws(ArchitectureError) {
        let network = try architecture.network(inputShape: shape, numClasses: 100_000)
        #expect(network.inputShape.dimensions == shape)
      } catch {
        guard case .impossibleInput(let impossible) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(impossible.network == architecture.name)
      }
    }
  }

  @Test("messages say what was given and what is accepted")
  func messages() throws {
    let vgg = try Architecture.named("vgg16")
    let classes = #expect(throws: ArchitectureError.self) { try vgg.network(numClasses: 0) }
    #expect(classes?.description == "vgg16: the number of classes must be between 1 and 100000, not 0")
    let shape = #expect(throws: ArchitectureError.self) { try vgg.network(inputShape: [224, 224]) }
    #expect(
      shape?.description == "vgg16: the input must be channels x height x width, each at least 1, "
        + "for example 3x224x224, not 224x224")
    let small = #expect(throws: ArchitectureError.self) { try vgg.network(inputShape: [3, 31, 31]) }
    #expect(
      small?.description == "vgg16: layer features.30 (max_pooling) cannot take input of shape 512x1x1: "
        + "the window's height 2 must not exceed the padded input's height 1")
  }

  @Test("another number of input channels changes the first layer only")
  func channels() throws {
    let grey = try Architecture.named("resnet18").network(inputShape: [1, 64, 64], numClasses: 10)
    let parameters = try grey.parameters()
    #expect(parameters.first?.shape == [64, 1, 7, 7])
    #expect(parameters.last?.shape == [10])
  }

  @Test("every architecture tells its paper, its variant and a published accuracy")
  func provenance() {
    // A variant that no paper measured, and networks whose errors the paper shows as curves alone (figure 6, left).
    let unpublished: Set = ["lenet5-relu", "plain20", "plain56"]
    for architecture in Architecture.all {
      #expect(!architecture.paper.isEmpty && architecture.notes.hasSuffix("."))
      #expect(architecture.published.isEmpty == unpublished.contains(architecture.name), "\(architecture.name)")
      for accuracy in architecture.published {
        #expect(accuracy.top1Error != nil || accuracy.top5Error != nil)
        #expect([accuracy.top1Error, accuracy.top5Error].compactMap(\.self).allSatisfy { (0...100).contains($0) })
      }
    }
  }
}

/// The values are those of `Tests/Goldens/architectures/seeded.py`, so reference logits can be compared with ours.
@Suite("Seeded weights")
struct SeededWeightsTests {
  @Test("Swift makes the input and the weights that Python makes")
  func values() throws {
    #expect(SeededWeights.input(count: 3) == [-1.2065451, 0.45708114, -0.88912725])
    let convolution = Convolution(outputChannels: 4, kernel: 2)
    let network = try Network(
      name: "net", inputShape: TensorShape([3, 2, 2]),
      nodes: [Node("conv1", .convolution(convolution), inputs: ["input"])])
    let weights = try SeededWeights.make(for: network)
    #expect(weights["conv1.weight"]?.values.prefix(3) == [0.063745588, 0.34671101, -0.67469060])
  }
}
