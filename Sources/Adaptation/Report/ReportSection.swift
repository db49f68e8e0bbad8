/// The parts of a report, in the order in which a reader asks.
enum ReportSection: String, CaseIterable {
  case certainty, confusion, classes, mistakes, data, calibration, curve, head
  case fineTuning = "fine-tuning"
  case seconds, provenance, use

  var title: String {
    switch self {
    case .certainty: "How sure is that?"
    case .confusion: "What does it confuse?"
    case .classes: "How good is it for each class?"
    case .mistakes: "The worst mistakes"
    case .data: "What is wrong with the photos?"
    case .calibration: "Can its probabilities be believed?"
    case .curve: "Would more photos help?"
    case .head: "What was chosen, and why?"
    case .fineTuning: "Fine-tuning"
    case .seconds: "How long did it take?"
    case .provenance: "Where does it come from?"
    case .use: "How to use it"
    }
  }

  /// In the row of links.
  var shortTitle: String {
    switch self {
    case .certainty: "Certainty"
    case .confusion: "Confusions"
    case .classes: "Classes"
    case .mistakes: "Mistakes"
    case .data: "Photos"
    case .calibration: "Probabilities"
    case .curve: "More photos"
    case .head: "Choices"
    case .fineTuning: "Fine-tuning"
    case .seconds: "Time"
    case .provenance: "Provenance"
    case .use: "Use"
    }
  }
}
