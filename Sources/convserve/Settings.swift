import ArgumentParser
import Foundation
import HTTPCore

/// Reads one setting after the other: from its option, else from its environment variable, else from the
/// configuration file.
///
/// A value that is not accepted leaves the default in its place and a complaint in `errors`, so that all that is wrong
/// can be named at once. A setting is named once, where it is read; the file's keys that nobody has asked for are the
/// unknown ones.
final class Settings {
  /// What a setting was given, and where.
  struct Given<Value> {
    let value: Value
    let origin: SettingOrigin
  }

  private(set) var errors: [ConfigurationError] = []
  private let environment: [String: String]
  private let file: ConfigurationFile?
  private var askedNames: Set<String> = []

  init(environment: [String: String], file: ConfigurationFile? = nil) {
    self.environment = environment
    self.file = file
  }

  static let prefix = "CONVSERVE_"

  static func variable(_ name: String) -> String { prefix + name.uppercased().replacing("-", with: "_") }

  /// The option's text, the variable's or the file's; `nil` where the setting is not given, or empty, which is refused.
  func text(_ name: String, _ option: String?) -> String? { value(name, option)?.value }

  /// The same with where it was given.
  ///
  /// - Parameter complaint: what is wrong with an empty text. It never stands for "none": a variable that somebody forgot
  ///   to fill would switch keys or TLS off without a word.
  func value(
    _ name: String, _ option: String?, whenEmpty complaint: String = "is empty; leave it out for the default"
  ) -> Given<String>? {
    guard let given = given(name, option) else { return nil }
    guard given.value.isEmpty else { return given }
    complain(given.origin, complaint)
    return nil
  }

  /// Whether anybody has said anything of it, right or wrong.
  func isGiven(_ name: String, _ option: String?) -> Bool {
    option != nil || environment[Self.variable(name)] != nil || file?[name] != nil
  }

  func integer(_ name: String, _ option: String?, _ range: ClosedRange<Int>, default fallback: Int) -> Int {
    integer(name, option, range) ?? fallback
  }

  /// `nil` where the setting is not given.
  func integer(_ name: String, _ option: String?, _ range: ClosedRange<Int>) -> Int? {
    parsed(name, option, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      DecimalNumber.whole($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// - Parameter subject: what is counted, such as `requests a second`.
  func number(_ name: String, _ option: String?, _ range: ClosedRange<Double>, of subject: String) -> Double? {
    parsed(name, option, "\(subject) from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))") {
      DecimalNumber.fractional($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// Without the `.0` of a number that is whole.
  private static func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }

  /// A flag, which the environment and the file spell `true` or `false`.
  func flag(_ name: String, _ option: Bool) -> Bool {
    parsed(name, option ? "true" : nil, "true or false") {
      switch $0 {
      case "true", "1": true
      case "false", "0": false
      default: nil
      }
    } ?? false
  }

  private func parsed<Value>(
    _ name: String, _ option: String?, _ accepted: String, _ parse: (String) -> Value?
  ) -> Value? {
    guard let given = given(name, option, accepted) else { return nil }
    if let value = parse(given.value) { return value }
    complain(given.origin, "takes \(accepted), not \"\(given.value)\"")
    return nil
  }

  /// - Parameter complaint: what is wrong with a value that exists, if anything is.
  func choice<Value: ExpressibleByArgument>(
    _ name: String, _ option: String?, default fallback: Value, complaint: (Value) -> String? = { _ in nil }
  ) -> Value {
    let accepted = "one of " + Value.allValueStrings.joined(separator: ", ")
    guard let given = given(name, option, accepted) else { return fallback }
    guard let value = Value(argument: given.value) else {
      complain(given.origin, "takes \(accepted), not \"\(given.value)\"")
      return fallback
    }
    guard let complaint = complaint(value) else { return value }
    complain(given.origin, complaint)
    return fallback
  }

  /// The values of an option that may be repeated; elsewhere separated by commas, or a list in the file.
  func list(_ name: String, _ options: [String]) -> Given<[String]>? {
    if options.isEmpty { return list(name, nil) }
    askedNames.insert(name)
    return filled(Given(value: options, origin: .option(name)))
  }

  /// Values separated by commas, or a list in the file.
  func list(_ name: String, _ option: String?) -> Given<[String]>? {
    if option == nil, environment[Self.variable(name)] == nil, let file, case .list(let values) = file[name] {
      askedNames.insert(name)
      return filled(Given(value: values, origin: file.origin(of: name)))
    }
    return given(name, option, "values separated by commas, or a list of them").flatMap { given in
      let values = given.value.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      return filled(Given(value: values, origin: given.origin))
    }
  }

  /// Refuses a list that says nothing, in whole or in part.
  private func filled(_ given: Given<[String]>) -> Given<[String]>? {
    guard given.value.contains("") || given.value.isEmpty else { return given }
    let isEmpty = given.value.allSatisfy(\.isEmpty)
    complain(given.origin, isEmpty ? "is empty; leave it out for the default" : "has an empty value among others")
    return nil
  }

  /// - Parameter complaint: a predicate whose subject is the setting, such as `takes a whole number`.
  func complain(_ origin: SettingOrigin, _ complaint: String) {
    errors.append(.unacceptable(origin, complaint: complaint))
  }

  /// Complains of the file's keys that are no setting's name; to be called when all settings have been read.
  func refuseUnknownKeys() {
    guard let file else { return }
    errors += file.keys.filter { !askedNames.contains($0) }.map {
      .unknownKey(file.origin(of: $0), accepted: askedNames.sorted())
    }
  }

  /// Variables that look like settings and are none; to be called when all settings have been read.
  var unknownVariables: [UnknownVariable] {
    let known = askedNames.union(["config"]).map(Self.variable)
    return environment.keys.filter { $0.hasPrefix(Self.prefix) && !known.contains($0) }.sorted().map {
      UnknownVariable(name: $0, known: known)
    }
  }

  /// - Parameter accepted: what to say of a list or a mapping in the file, where there should be one value.
  private func given(_ name: String, _ option: String?, _ accepted: String = "one value") -> Given<String>? {
    askedNames.insert(name)
    if let option { return Given(value: option, origin: .option(name)) }
    let variable = Self.variable(name)
    if let text = environment[variable] { return Given(value: text, origin: .variable(variable)) }
    guard let file, let value = file[name] else { return nil }
    if case .text(let text) = value { return Given(value: text, origin: file.origin(of: name)) }
    complain(file.origin(of: name), "takes \(accepted), not \(value.kind)")
    return nil
  }
}

extension Settings.Given: Sendable where Value: Sendable {}
