import Architectures
import HTTPServer
import ModelServing
import NetworkAnalysis
import NetworkGraph

/// `GET /v1/models/{model}/profile`: what each layer of the network that runs costs, along its depth; with `measure=true`
/// in time, too.
struct ModelProfileEndpoint: Endpoint {
  static let name = "getModelProfile"
  static let path: PathTemplate = "/v1/models/{model}/profile"
  static let queryParameters = ["measure", "against", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let measures = try request.query.flag("measure") ?? false
    let model = try context.registry.model(named: request.path["model"])
    let deadline = request.request.received + context.requestTimeout
    let times = measures ? try await context.timer.times(of: model, deadline: deadline) : nil
    let other = try await request.profiled(context, measuredBy: measures ? deadline : nil)
    return try request.analyseModel(
      Self.name, context, beside: other?.analysed, details: measures ? ["measured"] : []
    ) { network, input in
      ComparedProfile(
        try NetworkProfile(of: network, input: input, milliseconds: times?.milliseconds), title: model.title,
        against: try other?.profile())
    }
  }
}

/// `GET /v1/architectures/{architecture}/profile`: the same of a published network, for any input size.
struct ArchitectureProfileEndpoint: Endpoint {
  static let name = "getArchitectureProfile"
  static let path: PathTemplate = "/v1/architectures/{architecture}/profile"
  static let queryParameters = ["input", "num_classes", "against", "format"]

  let context: APIContext

  func respond(to request: EndpointRequest) async throws -> ServerResponse {
    let title = try Architecture.named(request.path["architecture"]).title
    let other = try await request.profiled(context, measuredBy: nil)
    return try request.analyseArchitecture(Self.name, context, beside: other?.analysed) { network, input in
      ComparedProfile(try NetworkProfile(of: network, input: input), title: title, against: try other?.profile())
    }
  }
}

/// The network that is drawn beside another.
private struct ProfiledNetwork: Sendable {
  let analysed: AnalysedNetwork
  let profile: @Sendable () throws -> ComparedProfile.Titled
}

extension EndpointRequest {
  /// The network that `against` names; an architecture wins where a model is called the same.
  ///
  /// - Parameter deadline: by which it is to be measured, where it is to be.
  fileprivate func profiled(
    _ context: APIContext, measuredBy deadline: ContinuousClock.Instant?
  ) async throws -> ProfiledNetwork? {
    guard let name = query["against"] else { return nil }
    if context.registry.knownName(name) == nil || (try? Architecture.named(name)) != nil {
      let architecture = try Architecture.named(name)
      return ProfiledNetwork(analysed: AnalysedNetwork(architecture)) {
        (try NetworkProfile(of: architecture.network()), architecture.title)
      }
    }
    let model = try context.registry.model(named: name)
    let times: LayerTimes? =
      if let deadline { try await context.timer.times(of: model, deadline: deadline) } else { nil }
    return ProfiledNetwork(analysed: AnalysedNetwork(model)) {
      (try NetworkProfile(of: model.network, milliseconds: times?.milliseconds), model.title)
    }
  }
}
