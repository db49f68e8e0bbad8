import Foundation
import TestSupport

/// A row of random cases, each with a seed of its own, which repeats it.
enum RandomRun {
  static let variable = "CONVSERVE_TEST_SEED"

  /// Calls `body` for one seed after the other: a few fixed ones in the usual tests; in the long run from a new seed on,
  /// which is printed, until the time is over. `CONVSERVE_TEST_SEED` says with which seed to begin.
  static func forEach(usual: Int, thorough: Duration, _ body: (_ seed: UInt64) throws -> Void) rethrows {
    switch TestEffort.current {
    case .usual:
      for index in 0..<usual { try body((seed ?? 0) &+ UInt64(index)) }
    case .thorough:
      let first = seed ?? .random(in: 0..<1_000_000_000)
      let end = ContinuousClock.now + thorough
      var next = first
      print("\(variable)=\(first) repeats this run")
      while ContinuousClock.now < end {
        try body(next)
        next &+= 1
      }
      print("\(next &- first) random cases from \(variable)=\(first) on")
    }
  }

  private static let seed: UInt64? = ProcessInfo.processInfo.environment[variable].map { value in
    guard let seed = UInt64(value) else {
      preconditionFailure("\(variable)=\(value) is not accepted; accepted: a whole number from 0 to \(UInt64.max)")
    }
    return seed
  }
}
