import Foundation
import TestSupport

/// What PyTorch's optimisers and schedules gave: `Tests/Goldens/training/optimizers.py` makes the file anew.
struct OptimizerGoldens: Decodable {
  struct Trajectory: Decodable {
    let name: String
    let rate: Double
    let momentum: Double
    let decay: Double
    let spares: Bool
    let clip: Double?
    /// All 25 values after the last step.
    let last: [Double]
    /// The first value after each step.
    let first: [Double]
    /// The first value of the bias after each step.
    let bias: [Double]
  }

  struct Rates: Decodable {
    let text: String
    let steps: Int
    let warmUp: Int
    let rates: [Double]

    enum CodingKeys: String, CodingKey {
      case text, steps, rates
      case warmUp = "warm_up"
    }
  }

  let optimizers: [Trajectory]
  let schedules: [Rates]

  static func load() throws -> OptimizerGoldens {
    let file = Checkout.root.appendingPathComponent("Tests/Goldens/training/optimizers.json")
    return try JSONDecoder().decode(OptimizerGoldens.self, from: Data(contentsOf: file))
  }
}
