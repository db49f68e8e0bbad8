import ImageInput
import ModelServing
import NetworkGraph
import Training

/// What a client who wants an answer explained may choose.
public struct ExplanationOptions: Hashable, Sendable {
  public var method: ExplanationMethod
  public var wanted: WantedClass
  /// Name of the layer for Grad-CAM; the last stage of convolutions where not given.
  public var layer: String?
  /// Pixels of a patch's side for occlusion; a seventh of the input's where not given.
  public var patch: Int?
  /// Pixels from one patch to the next; its side where not given.
  public var stride: Int?
  public var common: InspectionOptions

  public init(
    method: ExplanationMethod = .gradCAM, class wanted: WantedClass = .best, layer: String? = nil, patch: Int? = nil,
    stride: Int? = nil, common: InspectionOptions = InspectionOptions()
  ) {
    (self.method, self.wanted, self.layer) = (method, wanted, layer)
    (self.patch, self.stride, self.common) = (patch, stride, common)
  }

  /// - Throws: `InspectionError.foreignOption` where something is chosen that only the other method has.
  func requireOwn() throws(InspectionError) {
    let chosen = [("layer", layer != nil), ("patch", patch != nil), ("stride", stride != nil)]
    for (option, isChosen) in chosen where isChosen && !method.options.contains(option) {
      throw .foreignOption(option, method: method)
    }
  }
}

extension Inspector {
  /// Explains why the model gives a class to a picture.
  ///
  /// - Parameter start: what the deadline counts from.
  /// - Throws: as `compute`.
  public func explain(
    _ image: EncodedImage, _ options: ExplanationOptions = ExplanationOptions(),
    start: ContinuousClock.Instant = .now
  ) async throws -> Explanation {
    let layers = try MapLayers(model.network)
    guard layers.shapes.output.spatial.area == 1, layers.shapes.output.channels == model.labels.count else {
      throw InspectionError.noClasses(network: model.network.name, shape: layers.shapes.output.dimensions)
    }
    try options.requireOwn()
    let wanted = try options.wanted.index(in: model.labels)
    switch options.method {
    case .gradCAM:
      let layer = try layers.index(ofLayerOrLast: options.layer)
      return try await compute(image, options.common, start: start) { [self] seen, turns in
        try await turns.next { try gradCAM($0, layers, layer, seen, wanted: wanted) }
      }
    case .occlusion:
      let size = model.preprocessing.inputSize
      let patches = try Patches(
        side: options.patch, stride: options.stride, height: size.height, width: size.width)
      return try await compute(image, options.common, start: start) { [self] seen, turns in
        try await occlusion(turns, patches, seen, wanted: wanted)
      }
    }
  }

  private func gradCAM(
    _ memory: NetworkMemory, _ layers: MapLayers, _ layer: Int, _ seen: SeenImage, wanted: Int?
  ) throws -> Explanation {
    let name = layers.network.nodes[layer].name
    let size = layers.shape(layer).spatial
    let evidence: Evidence
    if let classifier = PooledClassifier(layers), classifier.layer == layer {
      evidence = try Evidence(
        memory, classifier, layer: name, positions: size.area, seen.values, wanted, model.labels)
    } else {
      evidence = try Evidence(memory, layer: name, positions: size.area, seen.values, wanted, model.labels)
    }
    return Explanation(
      model: model.name, version: model.version, image: seen.name, method: .gradCAM, layer: name,
      explained: evidence.explained,
      map: GradCAM.map(
        values: evidence.values, weights: evidence.weights, height: size.height, width: size.width),
      patches: nil, seen: seen)
  }

  private func occlusion(
    _ turns: Turns, _ patches: Patches, _ seen: SeenImage, wanted: Int?
  ) async throws -> Explanation {
    let occlusion = Occlusion(patches: patches, height: seen.height, width: seen.width)
    func run(_ batch: [[Float]]) async throws -> [[Float]] {
      try await turns.next { try $0.plan(.init(maximumBatch: Occlusion.batch)).run(batch) }
    }
    let explained = ExplainedClass(wanted, logits: try await run([seen.values])[0], labels: model.labels)
    let map = try await occlusion.map(seen.values, of: explained, run: run)
    return Explanation(
      model: model.name, version: model.version, image: seen.name, method: .occlusion, layer: nil,
      explained: explained, map: map, patches: patches, seen: seen)
  }
}

/// What Grad-CAM is worked out from.
struct Evidence {
  let explained: ExplainedClass
  /// Of the layer, `[C][H][W]`.
  let values: [Float]
  /// `alpha_k`, one a channel.
  let weights: [Double]

  /// By the gradient of the class's logit with respect to the layer's maps.
  ///
  /// - Parameters:
  ///   - positions: of each of the layer's maps.
  ///   - wanted: index of the class; the best one where not given.
  init(
    _ memory: NetworkMemory, layer: String, positions: Int, _ input: [Float], _ wanted: Int?, _ labels: [ClassLabel]
  ) throws {
    // Rounding decides which ReLUs are open where a sum is near zero: the algorithm that rounds least is taken.
    let plan = try memory.plan(.init(watched: layer, hasExactZeros: true))
    var explained: ExplainedClass?
    let derivative = plan.differentiate(input) { logits in
      let chosen = ExplainedClass(wanted, logits: logits, labels: labels)
      explained = chosen
      return logits.indices.map { $0 == chosen.index ? 1 : 0 }
    }
    self.explained = explained!
    values = derivative.values
    weights = GradCAM.weights(gradient: derivative.gradient, positions: positions)
  }

  /// By the weights alone, where they tell the gradient.
  init(
    _ memory: NetworkMemory, _ classifier: PooledClassifier, layer: String, positions: Int, _ input: [Float],
    _ wanted: Int?, _ labels: [ClassLabel]
  ) throws {
    values = try memory.plan(.init(output: layer)).run([input])[0]
    let matrix = memory.values(of: classifier.connected.tensorName(.weight))
    let bias = classifier.bias.map(memory.values)
    let logits = classifier.logits(values: values, positions: positions, matrix: matrix, bias: bias)
    explained = ExplainedClass(wanted, logits: logits, labels: labels)
    weights = classifier.weights(of: explained.index, positions: positions, matrix: matrix)
  }
}
