/// Parts of sentences.
public enum Phrase {
  /// `1 image`, `1,200 images`.
  public static func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(Numbers.count(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// A difference of shares.
  public static func points(_ difference: Double) -> String { Numbers.fixed(difference * 100, 1) + " points" }

  /// A name within a sentence.
  public static func quoted(_ name: String) -> String { "“\(name)”" }
}
