import Foundation
import InferenceRuntime
import ModelServing
import NetworkAnalysis
import ServerAPI

/// What `bench --layers` says: where a network's time goes.
struct LayerReport: Encodable {
  struct Row: Encodable {
    let layer: String
    let operation: String
    let input: [Int]
    let output: [Int]
    let algorithm: String
    let medianMilliseconds: Double
    /// Of the layer's definition: an algorithm that saves multiplications can exceed the machine's limit.
    let gigaflops: Double
    let shareOfLimit: Double?

    enum CodingKeys: String, CodingKey {
      case layer, operation, input, output, algorithm
      case medianMilliseconds = "median_ms"
      case gigaflops = "gflops_per_second"
      case shareOfLimit = "share_of_limit"
    }
  }

  let limit: Double?
  let rows: [Row]

  enum CodingKeys: String, CodingKey {
    case limit = "limit_gflops_per_second"
    case rows = "layers"
  }

  /// - Parameters:
  ///   - profiles: one for each run, all of the same plan.
  ///   - limit: what the machine can do, in 10^9 operations in a second.
  init(profiles: [[LayerTime]], batch: Int, limit: Double?) {
    self.limit = limit
    rows = (profiles.first ?? []).indices.map { index in
      let layer = profiles[0][index].layer
      let times = profiles.map { $0[index].time.milliseconds }.sorted()
      let median = times[times.count / 2]
      let gigaflops = 2 * Double(layer.multiplyAccumulates * batch) / max(median, 1e-6) / 1e6
      return Row(
        layer: layer.name, operation: layer.operation, input: layer.inputShape, output: layer.outputShape,
        algorithm: layer.algorithm, medianMilliseconds: median, gigaflops: gigaflops,
        shareOfLimit: limit.map { gigaflops / $0 })
    }
  }

  func print(json: Bool) throws {
    if json { return try Terminal.write(encodedJSON(self, pretty: true)) }
    try Terminal.write(table.text(width: Terminal.width))
    let total = rows.reduce(0) { $0 + $1.medianMilliseconds }
    try Terminal.write(String(format: "%.2f ms in all layers\n", total))
    if let limit { try Terminal.write(String(format: "limit of this machine, measured: %.0f GFLOP/s\n", limit)) }
  }

  private var table: Table {
    Table(
      columns: [
        .init("layer", "layer", .left), .init("operation", "operation", .left, dispensability: 1),
        .init("input", "input", .left, dispensability: 2), .init("output", "output", .left, dispensability: 1),
        .init("algorithm", "algorithm", .left), .init("ms", "median_ms"), .init("GFLOP/s", "gflops_per_second"),
        .init("of limit", "share_of_limit"),
      ],
      rows: rows.map { row in
        [
          .init(row.layer), .init(row.operation), .init(Self.shape(row.input)), .init(Self.shape(row.output)),
          .init(row.algorithm), .init(String(format: "%.3f", row.medianMilliseconds)),
          .init(row.gigaflops > 0 ? String(format: "%.0f", row.gigaflops) : ""),
          .init(row.gigaflops > 0 ? row.shareOfLimit.map { String(format: "%.0f %%", $0 * 100) } ?? "" : ""),
        ]
      })
  }

  private static func shape(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: "x") }
}
