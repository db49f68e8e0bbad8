import Drawings

/// What the layers of a network cost, and those of a second one beside it where there is one.
public struct ComparedProfile: Encodable, Hashable, Sendable {
  public let profile: NetworkProfile
  /// How people write the network.
  public let title: String
  public let against: NetworkProfile?
  private let otherTitle: String

  public typealias Titled = (profile: NetworkProfile, title: String)

  public init(_ profile: NetworkProfile, title: String? = nil, against: Titled? = nil) {
    self.profile = profile
    self.title = title ?? profile.name
    self.against = against?.profile
    otherTitle = against?.title ?? ""
  }

  enum CodingKeys: String, CodingKey { case against }

  public func encode(to encoder: any Encoder) throws {
    try profile.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(against, forKey: .against)
  }

  var all: [Titled] { [(profile, title)] + (against.map { [($0, otherTitle)] } ?? []) }
}

extension ComparedProfile: Report {
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
