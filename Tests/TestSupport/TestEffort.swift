import Foundation

/// How long the suites of random or repeated cases run: the one place that reads `CONVSERVE_TEST_THOROUGHLY`.
///
/// ```swift
/// @Test("random shapes", arguments: 0..<TestEffort.count(usual: 40, thorough: 2_000))
/// ```
public enum TestEffort: Sendable {
  /// What finds faults in the time that a change may take: `make test`.
  case usual
  /// All cases: `make test-algorithms`.
  case thorough

  public static let variable = "CONVSERVE_TEST_THOROUGHLY"

  public static let current = TestEffort(ProcessInfo.processInfo.environment[variable])

  /// The number of cases for the effort of this run.
  public static func count(usual: Int, thorough: Int) -> Int {
    switch current {
    case .usual: usual
    case .thorough: thorough
    }
  }

  /// The cases for the effort of this run.
  public static func cases<Case>(usual: [Case], thorough: [Case]) -> [Case] {
    switch current {
    case .usual: usual
    case .thorough: thorough
    }
  }

  private init(_ value: String?) {
    switch value {
    case nil, "", "0": self = .usual
    case "1": self = .thorough
    case .some(let value):
      // Preconditions are not checked in this target.
      fatalError("\(Self.variable)=\(value) is not accepted; accepted: 1 (thorough), 0 or nothing (usual)")
    }
  }
}
