import Architectures
import InferenceRuntime
import ModelServing
import NetworkGraph
import TestSupport
import Testing

@testable import Explanations

@Suite("Grad-CAM", .timeLimit(.minutes(20)))
struct GradCAMTests {
  static let networks = ["vgg11", "resnet18", "googlenet", "densenet121", "mobilenet_v3_small"]

  /// Of the default layer, relative to the greatest. In the middle of a network a ReLU whose input lies within rounding of
  /// zero counts: one of a hundred maps is off by 1.2e-3 (vgg11, features.12, input 10), all others by less than 1e-3.
  private static let tolerances: [Float] = [1e-3, 2e-3]

  @Test("raw maps are captum's within 1e-3 of the greatest, and the best class is the same", arguments: networks)
  func captum(name: String) throws {
    let golden = try #require(try Golden.read("gradcam", as: [String: Golden.GradCAM].self)[name])
    let subject = try Subject(name)
    #expect(golden.images.count == 20)
    for (place, layer) in golden.layers.enumerated() {
      for (number, picture) in golden.images.prefix(TestEffort.count(usual: 3, thorough: 20)).enumerated() {
        let (explained, map) = try subject.gradCAM(subject.input(number), layer: layer)
        #expect(explained.index == picture.class)
        let difference = distance(map.values, picture.maps[place])
        #expect(
          difference <= Self.tolerances[place],
          "\(name), \(layer), input \(number): \(difference); Tests/Goldens/explanations/generate.py makes the reference"
        )
      }
    }
  }

  @Test(
    "the default layer is the last stage of convolutions, before it is pooled",
    arguments: [
      ("vgg16", "features.29"), ("alexnet", "features.11"), ("densenet121", "relu"), ("resnet50", "layer4.2.relu"),
      ("googlenet", "inception5b.concatenate"), ("squeezenet1_1", "classifier.2"), ("mobilenet_v2", "features.18.2"),
      ("efficientnet_b0", "features.8.2"), ("lenet5", "tanh3"), ("inception_v3", "Mixed_7c.concatenate"),
    ])
  func defaultLayer(architecture: String, layer: String) throws {
    let layers = try MapLayers(Architecture.named(architecture).network())
    #expect(layers.network.nodes[try layers.index(ofLayerOrLast: nil)].name == layer)
  }

  @Test("every published network has a default layer")
  func defaultLayers() throws {
    for architecture in Architecture.all {
      let layers = try MapLayers(architecture.network())
      #expect(layers.lastStage != nil, "\(architecture.name)")
    }
  }

  @Test(
    "where one linear layer follows the mean, the weights alone give the map that the gradient gives",
    arguments: ["resnet18", "resnet8", "densenet121", "mobilenet_v2", "googlenet"])
  func identity(name: String) throws {
    let subject = try Subject(name)
    let classifier = try #require(PooledClassifier(subject.layers))
    #expect(classifier.layer == subject.layers.lastStage)
    let (layer, size) = (subject.network.nodes[classifier.layer].name, subject.layers.shape(classifier.layer).spatial)
    for index in [nil, 3] {
      let evidence = try Evidence(
        subject.memory, classifier, layer: layer, positions: size.area, subject.input(0), index, subject.labels)
      let map = GradCAM.map(
        values: evidence.values, weights: evidence.weights, height: size.height, width: size.width)
      let (explained, expected) = try subject.gradCAM(subject.input(0), layer: layer, index: index)
      #expect(evidence.explained.index == explained.index)
      #expect((evidence.explained.logit - explained.logit).magnitude < 1e-3 * max(1, explained.logit.magnitude))
      #expect(distance(map.values, expected.values) < 1e-4)
    }
  }

  @Test("networks that end otherwise go by the gradient", arguments: ["vgg11", "squeezenet1_1", "lenet5"])
  func noIdentity(name: String) throws {
    #expect(PooledClassifier(try MapLayers(Architecture.named(name).network())) == nil)
  }

  @Test("a map of zeros is no evidence, and holds no NaN", arguments: ["block3.relu", "block2.relu"])
  func zeros(layer: String) async throws {
    let package = try Models.package()
    var weights = package.contents.weights
    let matrix = try #require(weights["fc.weight"])
    // Maps behind a ReLU are nowhere below zero, so that nothing speaks for any class.
    weights["fc.weight"] = WeightTensor(shape: matrix.shape, values: matrix.values.map { -$0.magnitude })
    if layer == "block2.relu" {
      weights["fc.weight"] = WeightTensor(shape: matrix.shape, values: matrix.values.map { _ in 0 })
    }
    let contents = try ModelContents(
      network: package.contents.network, weights: weights, labels: package.contents.labels,
      preprocessing: package.contents.preprocessing, provenance: package.contents.provenance)
    let model = InspectedModel(contents, name: "zeros", decodePool: DecodePool(threadCount: 1))
    let explanation = try await Inspector(model, line: ExplanationLine()).explain(
      Models.photo(), ExplanationOptions(class: .index(3), layer: layer))
    #expect(!explanation.hasEvidence)
    #expect(explanation.map.values.allSatisfy { $0 == 0 })
  }

  @Test("maps do not outlive the weights: with others drawn, ranks are not kept")
  func randomisedWeights() async throws {
    let package = try Models.package()
    let photos = [
      "images/photo.jpg", "audit/apple.png", "audit/astronaut.jpg", "audit/chelsea.jpg", "audit/coffee.jpg",
      "audit/rocket.jpg", "audit/chelsea-corner.jpg", "audit/coffee-corner.jpg",
    ]
    let model = try Models.inspected()
    let original = Inspector(model, line: ExplanationLine())
    let contents = try ModelContents(
      network: package.contents.network, weights: SeededWeights.make(for: package.contents.network),
      labels: package.contents.labels, preprocessing: package.contents.preprocessing,
      provenance: package.contents.provenance)
    let drawn = Inspector(
      InspectedModel(contents, name: "drawn", decodePool: DecodePool(threadCount: 1)), line: ExplanationLine())
    var correlations: [Double] = []
    for photo in photos {
      let image = try Models.photo(photo)
      let explanation = try await original.explain(image)
      let again = try await original.explain(image, ExplanationOptions(class: .index(explanation.explained.index)))
      #expect(again.map == explanation.map)
      let other = try await drawn.explain(image, ExplanationOptions(class: .index(explanation.explained.index)))
      correlations.append(rankCorrelation(explanation.map.values, other.map.values))
    }
    let median = correlations.map(\.magnitude).sorted()[correlations.count / 2]
    #expect(median < 0.3, "\(correlations)")
  }
}

/// Spearman's; equal values share the mean of their ranks.
private func rankCorrelation(_ one: [Float], _ other: [Float]) -> Double {
  let (a, b) = (ranks(one), ranks(other))
  let mean = Double(one.count + 1) / 2
  let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
  func variance(_ ranks: [Double]) -> Double { ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
  let scale = (variance(a) * variance(b)).squareRoot()
  return scale > 0 ? covariance / scale : 0
}

private func ranks(_ values: [Float]) -> [Double] {
  values.map { value in
    Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
  }
}
