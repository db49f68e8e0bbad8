/// The use of a part of the data, by the names that people give it.
enum SplitName: String, CaseIterable, Sendable {
  case training, validation, test

  static let accepted = "train, validation (val, valid) or test"

  init?(_ text: some StringProtocol) {
    switch text.lowercased() {
    case "train", "training": self = .training
    case "validation", "val", "valid": self = .validation
    case "test", "t10k": self = .test
    default: return nil
    }
  }
}
