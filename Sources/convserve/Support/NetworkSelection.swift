import Architectures
import ArgumentParser
import HTTPCore
import ModelServing
import NetworkGraph

/// A network to explain: a model of the repository, or an architecture for any input and number of classes.
struct NetworkSelection: ParsableArguments {
  @Argument(help: "A model or an architecture, for example resnet50; an architecture wins where both exist.")
  var name: String

  @Option(name: .long, help: "Input shape of an architecture, for example 3x224x224.")
  var input: String?

  @Option(name: .long, parsing: .unconditional, help: "Number of classes of an architecture.")
  var numClasses: Int?

  @Option(name: .long, parsing: .unconditional, help: "Samples that memory and arithmetic are counted for.")
  var batch = 1

  @OptionGroup var directory: ModelsDirectory

  func validate() throws {
    guard (1...1024).contains(batch) else { throw ValidationError("--batch takes 1 to 1024") }
    _ = try inputShape()
  }

  func network() throws -> Network { try titledNetwork().network }

  /// The network, and how people write it.
  func titledNetwork() throws -> (network: Network, title: String) {
    do {
      let architecture = try Architecture.named(name)
      return (try architecture.network(inputShape: try inputShape(), numClasses: numClasses), architecture.title)
    } catch let unknown as UnknownArchitecture {
      guard input == nil, numClasses == nil else { throw unknown }
      return try model(named: name, unknown)
    }
  }

  /// Another network, as it was published or as it is in the repository.
  func titledNetwork(named name: String) throws -> (network: Network, title: String) {
    do {
      let architecture = try Architecture.named(name)
      return (try architecture.network(), architecture.title)
    } catch let unknown as UnknownArchitecture {
      return try model(named: name, unknown)
    }
  }

  private func model(named name: String, _ unknown: UnknownArchitecture) throws -> (network: Network, title: String) {
    guard let names = try? directory.repository.modelNames(), names.contains(name) else { throw unknown }
    let contents = try directory.repository.package(named: name).contents
    return (contents.network, contents.provenance.publication?.title ?? contents.network.name)
  }

  func sample(of network: Network) -> TensorShape {
    TensorShape(batch: batch, network.inputShape.dimensions)
  }

  private func inputShape() throws -> [Int]? {
    guard let input else { return nil }
    guard let extents = DecimalNumber.extents(input), extents.count == 3 else {
      throw ValidationError("--input takes channels x height x width, for example 3x224x224, not \"\(input)\"")
    }
    return extents
  }
}
