/// A layer's name as a path, as weight files write it: `layer1.0.conv1` lies in `layer1.0`, which lies in `layer1`.
struct LayerName: Hashable {
  let parts: [Substring]

  init(_ name: String) { parts = name.split(separator: ".", omittingEmptySubsequences: false) }

  init(parts: [Substring]) { self.parts = parts }

  var text: String { parts.joined(separator: ".") }

  /// The longest path that holds all names. For a single name it is the name itself.
  static func common(_ names: some Collection<LayerName>) -> LayerName {
    guard var common = names.first?.parts[...] else { return LayerName(parts: []) }
    for name in names.dropFirst() {
      let same = zip(common, name.parts).prefix { $0 == $1 }.count
      common = common.prefix(same)
    }
    return LayerName(parts: Array(common))
  }

  func contains(_ other: LayerName) -> Bool { other.parts.starts(with: parts) }

  /// The path without its last part and without numbers. It is equal for layers in the same module, and in modules of
  /// the same kind.
  var parentPattern: [String] { Self.pattern(parts.dropLast()) }

  /// The shortest path around the name whose parent has one of these patterns.
  func ancestor(in patterns: Set<[String]>) -> LayerName? {
    (1...max(parts.count, 1)).first { $0 <= parts.count && patterns.contains(Self.pattern(parts.prefix($0 - 1))) }
      .map { LayerName(parts: Array(parts.prefix($0))) }
  }

  private static func pattern(_ parts: ArraySlice<Substring>) -> [String] {
    parts.map { part in String(part.map { $0.isNumber ? "#" : $0 }) }
  }

  /// The names of several siblings in a row: `layer1.1` to `layer1.2` becomes `layer1.1–2`.
  static func range(_ first: LayerName, _ last: LayerName) -> String {
    guard first != last else { return first.text }
    let areSiblings = first.parts.dropLast().elementsEqual(last.parts.dropLast())
    guard areSiblings, let (low, high) = numbers(first, last) else { return "\(first.text) – \(last.text)" }
    return first.parts.last!.isEmpty || low > high ? first.text : "\(first.text)–\(high)"
  }

  /// The numbers at the ends of both names, where the names differ in nothing else.
  private static func numbers(_ first: LayerName, _ last: LayerName) -> (Int, Int)? {
    guard let one = first.parts.last, let other = last.parts.last else { return nil }
    let (oneDigits, otherDigits) = (digits(one), digits(other))
    guard one.dropLast(oneDigits.count) == other.dropLast(otherDigits.count) else { return nil }
    return Int(oneDigits).flatMap { low in Int(otherDigits).map { (low, $0) } }
  }

  private static func digits(_ part: Substring) -> String {
    String(part.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
  }
}
