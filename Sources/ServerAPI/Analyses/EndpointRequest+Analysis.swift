import Architectures
import HTTPServer
import ModelServing
import NetworkAnalysis
import NetworkGraph

extension EndpointRequest {
  /// Samples that counts can be asked for.
  static let acceptedBatches = 1...1024

  /// Works out something about a network for inputs of a shape.
  typealias Analysis<Answer> = (_ network: Network, _ input: TensorShape) throws -> Answer

  /// An analysis of the network that runs for the path's model.
  ///
  /// - Parameters:
  ///   - other: a second network that the answer is about.
  ///   - details: what the answer depends on beside network, batch and form.
  func analyseModel<Answer: Report & Encodable>(
    _ operation: String, _ context: APIContext, beside other: AnalysedNetwork? = nil, details: [String] = [],
    _ analysis: Analysis<Answer>
  ) throws -> ServerResponse {
    let format = try AnalysisFormat(request, query, accepted: Answer.formats)
    let model = try context.registry.model(named: path["model"])
    return try answer(
      operation, context, [AnalysedNetwork(model)] + (other.map { [$0] } ?? []), details, format, analysis
    ) { model.network }
  }

  /// An analysis of the path's architecture, built for the input and the classes of the query.
  ///
  /// - Parameters:
  ///   - other: a second network that the answer is about.
  ///   - details: what the answer depends on beside network, batch and form.
  func analyseArchitecture<Answer: Report & Encodable>(
    _ operation: String, _ context: APIContext, beside other: AnalysedNetwork? = nil, details: [String] = [],
    _ analysis: Analysis<Answer>
  ) throws -> ServerResponse {
    let format = try AnalysisFormat(request, query, accepted: Answer.formats)
    let architecture = try Architecture.named(path["architecture"])
    let input = try query.shape("input")
    let classes = try query.integer("num_classes", in: Architecture.acceptedClasses)
    let network = AnalysedNetwork(architecture, input: input, classes: classes)
    return try answer(operation, context, [network] + (other.map { [$0] } ?? []), details, format, analysis) {
      try architecture.network(inputShape: input, numClasses: classes)
    }
  }

  private func answer<Answer: Report & Encodable>(
    _ operation: String, _ context: APIContext, _ analysed: [AnalysedNetwork],
    _ details: [String], _ format: AnalysisFormat, _ analysis: Analysis<Answer>, _ build: () throws -> Network
  ) throws -> ServerResponse {
    let batch = try query.integer("batch", in: Self.acceptedBatches) ?? 1
    let question = AnalysisQuestion(
      operation: operation, networks: analysed, batch: batch, details: details, format: format)
    return try context.analyses.response(to: request, question) {
      let network = try build()
      return try analysis(network, TensorShape(batch: batch, network.inputShape.dimensions))
    }
  }
}
