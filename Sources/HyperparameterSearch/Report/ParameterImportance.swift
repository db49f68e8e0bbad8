import Jobs

/// How much of the differences between trials one parameter explains, by itself.
///
/// Trials are compared after their first part, which all have in common; one that diverged counts as an accuracy of 0. They are
/// put into groups: by the value of a choice, or into three of equal size by the value of a number; those for which the parameter
/// does not count are a group of their own. The share of the variance that lies between the groups is corrected for what chance
/// would put there: Kelley's epsilon squared, 1935, not below 0.
public struct ParameterImportance: Codable, Hashable, Sendable {
  public var parameter: String
  /// From 0 to 1.
  public var share: Double
  /// Different values that the trials have.
  public var values: Int

  /// The most important first.
  static func of(_ space: SearchSpace, _ rows: [SearchReport.Row]) -> [ParameterImportance] {
    let judged = rows.compactMap { row in
      row.parts.first.flatMap { part in
        part.status == .failed ? nil : (values: row.parameters, accuracy: part.accuracy ?? 0)
      }
    }
    let all = space.parameters.map { parameter in
      let values = judged.map { $0.values[parameter.path] }
      return ParameterImportance(
        parameter: parameter.path,
        share: share(groups(parameter.domain, values), judged.map(\.accuracy)),
        values: Set(values.compactMap(\.self)).count)
    }
    return all.sorted { ($1.share, $0.parameter) < ($0.share, $1.parameter) }
  }

  private static let numberGroups = 3

  /// The group of each trial.
  private static func groups(_ domain: ParameterDomain, _ values: [JSONValue?]) -> [Int] {
    if case .choice(let choices) = domain { return values.map { $0.flatMap(choices.firstIndex) ?? -1 } }
    let numbers = values.compactMap { $0?.double }.sorted()
    return values.map { value in
      guard let number = value?.double, let place = numbers.firstIndex(of: number) else { return -1 }
      return place * numberGroups / numbers.count
    }
  }

  private static func share(_ groups: [Int], _ values: [Double]) -> Double {
    let members = Dictionary(grouping: zip(groups, values), by: \.0).mapValues { $0.map(\.1) }
    // In the order of the groups: sums depend on theirs.
    let ordered = members.sorted { $0.key < $1.key }.map(\.value)
    let spare = values.count - ordered.count
    guard ordered.count > 1, spare > 0 else { return 0 }
    let total = squares(values)
    let within = ordered.reduce(0) { $0 + squares($1) }
    guard total > 0 else { return 0 }
    return max(0, (total - within - Double(ordered.count - 1) * within / Double(spare)) / total)
  }

  /// Sum of the squared distances from the mean.
  private static func squares(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}
