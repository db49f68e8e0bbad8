import Jobs
import Training

/// Reads `parameters` of a search's file, and refuses what cannot be searched.
struct SpaceReader {
  static let acceptedDomains =
    "each setting with one of choice: [VALUE, ...], integer: [LOW, HIGH], uniform: [LOW, HIGH], log_uniform: [LOW, HIGH], and "
    + "where wanted points: NUMBER (of a range in a grid) and when: {PARAMETER: [VALUE, ...]}"

  private static let domainNames = ["choice", "integer", "uniform", "log_uniform"]

  /// What all trials have in common.
  let fixed: SettingValues

  func space(_ json: JSONValue?) throws(UnacceptableSetting) -> SearchSpace {
    guard let json, json != .null else {
      throw UnacceptableSetting("parameters", "is missing", accepted: Self.acceptedDomains)
    }
    guard let members = json.members else {
      throw UnacceptableSetting("parameters", "is \(json.shortText)", accepted: Self.acceptedDomains)
    }
    var parameters: [SearchParameter] = []
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      do throws(UnacceptableSetting) {
        let parameter = try parameter(name, value)
        guard !parameters.contains(where: { $0.path == parameter.path }) else {
          throw UnacceptableSetting("", "is \(parameter.path), which is there already")
        }
        parameters.append(parameter)
      } catch {
        throw error.below(name).below("parameters")
      }
    }
    let space = try SearchSpace(parameters)
    do throws(UnacceptableSetting) {
      for parameter in space.parameters { try check(parameter, in: space) }
    } catch {
      throw error.below("parameters")
    }
    return space
  }

  // MARK: One parameter

  private func parameter(_ name: String, _ json: JSONValue) throws(UnacceptableSetting) -> SearchParameter {
    let rule = try Self.rule(name)
    if let reason = rule.reasonToBeFixed {
      throw UnacceptableSetting("", "cannot be searched: \(reason)", accepted: "it in settings or beside them")
    }
    guard fixed[rule.path] == nil else {
      throw UnacceptableSetting("", "is searched, and given for all trials as \(fixed[rule.path]!.shortText)")
    }
    guard let members = json.members else {
      throw UnacceptableSetting("", "is \(json.shortText)", accepted: Self.acceptedDomains)
    }
    let known = Self.domainNames + ["points", "when"]
    if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknown(unknown, unknown, among: known)
    }
    let domains = Self.domainNames.filter { members[$0] != nil }
    guard domains.count == 1 else {
      let found = domains.isEmpty ? "has no values" : "has \(domains.joined(separator: " and "))"
      throw UnacceptableSetting("", found, accepted: "one of \(Self.domainNames.joined(separator: ", "))")
    }
    let domain: ParameterDomain
    do throws(UnacceptableSetting) {
      domain = try Self.domain(domains[0], members[domains[0]]!, rule)
    } catch {
      throw error.below(domains[0])
    }
    return SearchParameter(
      rule.path, domain, points: try Self.points(members["points"], domain),
      conditions: try Self.conditions(members["when"]))
  }

  private static func rule(_ name: String) throws(UnacceptableSetting) -> SettingRule {
    do throws(UnacceptableSetting) {
      return try SettingRule.named(name)
    } catch {
      throw UnacceptableSetting("", error.problem, accepted: error.accepted)
    }
  }

  private static func points(_ json: JSONValue?, _ domain: ParameterDomain) throws(UnacceptableSetting) -> Int? {
    guard let json else { return nil }
    if case .choice = domain {
      throw UnacceptableSetting("points", "is given, but of choices a grid takes all", accepted: "points of a range")
    }
    guard let points = json.wholeNumber, (1...10_000).contains(points) else {
      throw UnacceptableSetting("points", "is \(json.shortText)", accepted: "a whole number from 1 to 10000")
    }
    return points
  }

  // MARK: Values

  private static func domain(
    _ name: String, _ json: JSONValue, _ rule: SettingRule
  ) throws(UnacceptableSetting) -> ParameterDomain {
    guard let elements = json.elements else {
      throw UnacceptableSetting("", "is \(json.shortText)", accepted: name == "choice" ? "a list" : "[LOW, HIGH]")
    }
    if name == "choice" { return .choice(try choices(elements, rule)) }
    let isWhole = name == "integer"
    let ends = try ends(elements, rule, isWhole: isWhole)
    if isWhole { return .integer(Int(ends.lowerBound)...Int(ends.upperBound)) }
    guard name == "log_uniform" else { return .uniform(ends) }
    guard ends.lowerBound > 0 else {
      throw UnacceptableSetting(
        "", "begins at \(JSONValue.number(ends.lowerBound).plainText), which has no logarithm", accepted: "ends above 0"
      )
    }
    return .logUniform(ends)
  }

  private static func choices(_ elements: [JSONValue], _ rule: SettingRule) throws(UnacceptableSetting) -> [JSONValue] {
    guard !elements.isEmpty else { throw UnacceptableSetting("", "is empty", accepted: "at least one value") }
    var values: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      do throws(UnacceptableSetting) {
        let value = try rule.value(element)
        guard !values.contains(value) else { throw UnacceptableSetting("", "is \(value.shortText) once more") }
        values.append(value)
      } catch {
        throw error.below("[\(index)]")
      }
    }
    return values
  }

  private static func ends(
    _ elements: [JSONValue], _ rule: SettingRule, isWhole: Bool
  ) throws(UnacceptableSetting) -> ClosedRange<Double> {
    switch rule.kind {
    case .number: break
    case .integer:
      guard isWhole else {
        throw UnacceptableSetting("", "is a range of any numbers", accepted: "integer: [LOW, HIGH], for \(rule.path)")
      }
    case .flag, .names, .text, .structure:
      throw UnacceptableSetting("", "is a range, but \(rule.path) is no number", accepted: "choice: [VALUE, ...]")
    }
    guard elements.count == 2 else {
      throw UnacceptableSetting("", "has \(elements.count) values", accepted: "two, [LOW, HIGH]")
    }
    var ends: [Double] = []
    for (index, element) in elements.enumerated() {
      do throws(UnacceptableSetting) {
        let value = try rule.value(element)
        guard let end = value.double, !isWhole || value.wholeNumber != nil else {
          throw UnacceptableSetting("", "is \(element.shortText)", accepted: "a whole number")
        }
        ends.append(end)
      } catch {
        throw error.below("[\(index)]")
      }
    }
    guard ends[0] <= ends[1] else {
      throw UnacceptableSetting("", "ends below its beginning", accepted: "[LOW, HIGH]")
    }
    return ends[0]...ends[1]
  }

  // MARK: Conditions

  private static func conditions(_ json: JSONValue?) throws(UnacceptableSetting) -> [String: [JSONValue]] {
    guard let json else { return [:] }
    guard let members = json.members, !members.isEmpty else {
      throw UnacceptableSetting("when", "is \(json.shortText)", accepted: "PARAMETER: [VALUE, ...]")
    }
    var conditions: [String: [JSONValue]] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      do throws(UnacceptableSetting) {
        let rule = try rule(name)
        let given = value.elements ?? [value]
        guard !given.isEmpty else { throw UnacceptableSetting("", "is empty, so that it can never hold") }
        var values: [JSONValue] = []
        for value in given { values.append(try rule.value(value)) }
        conditions[rule.path] = values
      } catch {
        throw error.below(name).below("when")
      }
    }
    return conditions
  }

  // MARK: Together

  private func check(_ parameter: SearchParameter, in space: SearchSpace) throws(UnacceptableSetting) {
    for (path, values) in parameter.conditions.sorted(by: { $0.key < $1.key }) {
      do throws(UnacceptableSetting) {
        try check(condition: path, values, in: space)
      } catch {
        throw error.below("when").below(parameter.path)
      }
    }
    if parameter.path == "optimizer.momentum" { try checkMomentum(parameter, in: space) }
    if parameter.path == "frozen_layers", fixed["base"] == nil, !space.contains("base") {
      throw UnacceptableSetting(
        parameter.path, "is of no use where no base is given",
        accepted: "base: MODEL, beside settings or as a parameter")
    }
    let epochs = fixed["epochs"]?.int ?? TrainingDefaults.epochs
    if parameter.path == "warm_up", let highest = parameter.domain.highest, highest >= Double(epochs) {
      throw UnacceptableSetting(
        parameter.path, "goes up to \(JSONValue.number(highest).plainText)",
        accepted: "epochs from 0 to below \(epochs), which all trials have")
    }
  }

  private func check(
    condition path: String, _ values: [JSONValue], in space: SearchSpace
  ) throws(UnacceptableSetting) {
    guard let parent = space.parameters.first(where: { $0.path == path }) else {
      throw UnacceptableSetting(
        path, "is no parameter of this space", accepted: space.parameters.map(\.path).joined(separator: ", "))
    }
    let possible: [JSONValue]
    switch parent.domain {
    case .choice(let values): possible = values
    case .integer(let range): possible = values.filter { $0.wholeNumber.map(range.contains) ?? false }
    case .uniform, .logUniform:
      throw UnacceptableSetting(path, "has no single values to wait for", accepted: "a choice or whole numbers")
    }
    if let impossible = values.first(where: { !possible.contains($0) }) {
      throw UnacceptableSetting(
        path, "is never \(impossible.shortText)", accepted: possible.map(\.plainText).joined(separator: ", "))
    }
  }

  /// With every optimiser that it may meet, momentum has to be of use.
  private func checkMomentum(_ parameter: SearchParameter, in space: SearchSpace) throws(UnacceptableSetting) {
    let parent = space.parameters.first { $0.path == "optimizer.name" }
    let met: [String]
    if let conditioned = parameter.conditions["optimizer.name"] {
      met = conditioned.compactMap(\.string)
    } else if case .choice(let values)? = parent?.domain {
      met = values.compactMap(\.string)
    } else {
      met = [fixed["optimizer.name"]?.string ?? TrainingDefaults.optimizer.rawValue]
    }
    guard let useless = met.first(where: { !(OptimizerName(rawValue: $0)?.takesMomentum ?? true) }) else { return }
    let useful = met.filter { OptimizerName(rawValue: $0)?.takesMomentum ?? false }
    throw UnacceptableSetting(
      parameter.path, "is of no use to the optimizer \(useless)",
      accepted: useful.isEmpty
        ? "an optimizer with momentum" : "when: {optimizer.name: [\(useful.joined(separator: ", "))]}")
  }
}

extension SearchSpace {
  func contains(_ path: String) -> Bool { parameters.contains { $0.path == path } }
}

extension ParameterDomain {
  /// Of numbers, the highest.
  fileprivate var highest: Double? {
    switch self {
    case .choice(let values): values.compactMap(\.double).max()
    case .integer(let range): Double(range.upperBound)
    case .uniform(let range), .logUniform(let range): range.upperBound
    }
  }
}
