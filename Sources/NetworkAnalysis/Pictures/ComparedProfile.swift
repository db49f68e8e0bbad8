import Drawings

/// The costs of the layers of a network and, where one is given, of a second network beside it.
public struct ComparedProfile: Encodable, Hashable, Sendable {
  /// Costs of the first network's layers.
  public let profile: NetworkProfile
  /// The first network's name as papers write it.
  public let title: String
  /// Costs of the second network's layers; `nil` where only one network was given.
  public let against: NetworkProfile?
  private let otherTitle: String

  /// A profile, and the network's name as papers write it.
  public typealias Titled = (profile: NetworkProfile, title: String)

  /// Puts one or two profiles side by side.
  ///
  /// - Parameters:
  ///   - title: the network's name as papers write it; the profile's own name where not given.
  ///   - against: the second network.
  public init(_ profile: NetworkProfile, title: String? = nil, against: Titled? = nil) {
    self.profile = profile
    self.title = title ?? profile.name
    self.against = against?.profile
    otherTitle = against?.title ?? ""
  }

  enum CodingKeys: String, CodingKey { case against }

  /// Encodes the first profile's fields, and the second profile under `against` where there is one.
  public func encode(to encoder: any Encoder) throws {
    try profile.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(against, forKey: .against)
  }

  var all: [Titled] { [(profile, title)] + (against.map { [($0, otherTitle)] } ?? []) }
}

extension ComparedProfile: Report {
  /// A table of each network's layers, the first network's first.
  public var sections: [ReportSection] { all.map { Self.section($0.profile) } }

  private static func section(_ profile: NetworkProfile) -> ReportSection {
    ReportSection(
      heading: "\(profile.name): input \(NumberFormat.shape(profile.inputShape)), batch \(profile.totals.batch)",
      table: Table(columns: LayerCost.columns, rows: profile.layers.map(\.cells)),
      remarks: profile.totals.remarks
        + (profile.milliseconds.map { ["Measured: \(NumberFormat.fixed($0, decimals: 2)) ms on one thread"] } ?? []))
  }
}

extension LayerCost {
  fileprivate static let columns: [Table.Column] = [
    .init("Layer", "name", .left),
    .init("Operator", "operator", .left, dispensability: 2),
    .init("Output", "output_shape", dispensability: 3),
    .init("Activation", "activation_bytes"),
    .init("Parameters", "parameters"),
    .init("Weight bytes", "weight_bytes", isForProgramsOnly: true),
    .init("MACs", "macs"),
    .init("ms", "milliseconds", dispensability: 1),
  ]

  fileprivate var cells: [Table.Cell] {
    [
      Table.Cell(name), Table.Cell(operatorName), Table.Cell(NumberFormat.shape(outputShape)),
      .bytes(activationBytes), .grouped(parameters), .bytes(weightBytes), .scaled(macs),
      milliseconds.map { Table.Cell(NumberFormat.fixed($0, decimals: 3), exact: "\($0)") } ?? Table.Cell(""),
    ]
  }
}
