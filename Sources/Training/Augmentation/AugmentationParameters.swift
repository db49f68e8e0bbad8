/// The parameters after the name of an augmentation: `0.5` and `0.02..0.33` in `erase:0.5:0.02..0.33`.
struct AugmentationParameters {
  private let entry: String
  private let accepted: String
  private var rest: [Substring]

  /// - Parameter entry: with the name in front.
  init(_ entry: String, accepted: String) {
    self.entry = entry
    self.accepted = accepted
    rest = entry.split(separator: ":", omittingEmptySubsequences: false).dropFirst().map { $0 }
  }

  /// The next parameter, or the default if there is none.
  mutating func number(
    _ name: String, in range: ClosedRange<Double>, default: Double? = nil
  ) throws(AugmentationError) -> Double {
    guard let text = try next(name, isOptional: `default` != nil) else { return `default`! }
    guard let number = SettingText.number(text), range.contains(number) else {
      throw error("has \(text.isEmpty ? "an empty \(name)" : "\(text) as its \(name)")")
    }
    return number
  }

  /// The next parameter as a whole number.
  mutating func whole(_ name: String, in range: ClosedRange<Int>, default: Int) throws(AugmentationError) -> Int {
    guard let text = try next(name, isOptional: true) else { return `default` }
    guard let number = SettingText.whole(text), range.contains(number) else {
      throw error("has \(text.isEmpty ? "an empty \(name)" : "\(text) as its \(name)")")
    }
    return number
  }

  /// The next parameter as two numbers, `low..high`, with bounds of their own.
  mutating func range(
    _ name: String, in bounds: ClosedRange<Double>, default: ClosedRange<Double>
  ) throws(AugmentationError) -> ClosedRange<Double> {
    guard let text = try next(name, isOptional: true) else { return `default` }
    let numbers = Self.ends(of: text).compactMap { SettingText.number($0) }
    guard numbers.count == 2, numbers[0] <= numbers[1], bounds.contains(numbers[0]), bounds.contains(numbers[1]) else {
      throw error("has \(text.isEmpty ? "an empty \(name)" : "\(text) as its \(name)")")
    }
    return numbers[0]...numbers[1]
  }

  /// The next parameter as one of some words.
  mutating func word<Word: RawRepresentable<String>>(
    _ name: String, default: Word
  ) throws(AugmentationError) -> Word {
    guard let text = try next(name, isOptional: true) else { return `default` }
    guard let word = Word(rawValue: String(text)) else { throw error("has \(text) as its \(name)") }
    return word
  }

  /// Refuses parameters that are left over.
  func finish() throws(AugmentationError) {
    if !rest.isEmpty { throw error("has too many parameters") }
  }

  private mutating func next(_ name: String, isOptional: Bool) throws(AugmentationError) -> Substring? {
    guard !rest.isEmpty else {
      if isOptional { return nil }
      throw error("lacks its \(name)")
    }
    return rest.removeFirst()
  }

  /// The text before the first `..`, and the text after it.
  private static func ends(of text: Substring) -> [Substring] {
    guard let points = text.indices.first(where: { text[$0...].hasPrefix("..") }) else { return [] }
    return [text[..<points], text[text.index(points, offsetBy: 2)...]]
  }

  private func error(_ problem: String) -> AugmentationError {
    AugmentationError(entry: entry, problem: problem, accepted: accepted)
  }

  /// `name:first:second`, without those at the end that are as they are by default.
  static func text(_ name: String, _ parameters: [(text: String, isDefault: Bool)]) -> String {
    let shown = parameters.lastIndex { !$0.isDefault }.map { parameters[...$0] } ?? []
    return ([name] + shown.map(\.text)).joined(separator: ":")
  }

  static func text(_ range: ClosedRange<Double>) -> String {
    "\(SettingText.text(range.lowerBound))..\(SettingText.text(range.upperBound))"
  }
}
