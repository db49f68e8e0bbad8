import Drawings

/// What to do next, the most useful first: each with the section that shows why.
struct ReportAdvice: Hashable {
  let text: String
  let section: ReportSection

  private static let limit = 6

  static func all(for report: AdaptationReport) -> [ReportAdvice] {
    let wording = ReportWording(report: report)
    return Array(
      [
        guessing(wording), contradictions(report.audit), suspects(report.audit), weakest(wording),
        small(report.audit), unreadable(report.audit), curve(wording), calibration(wording),
      ].compactMap(\.self).prefix(limit))
  }

  private static func guessing(_ wording: ReportWording) -> ReportAdvice? {
    guard wording.evaluated > 0, !wording.isSurelyBetterThanGuessing else { return nil }
    return ReportAdvice(text: "Do not rely on it yet: it may be no better than guessing.", section: .certainty)
  }

  private static func suspects(_ audit: DataAudit) -> ReportAdvice? {
    let count = audit.suspectLabels.count
    guard count > 0 else { return nil }
    return ReportAdvice(
      text: "Check \(Phrase.counted(count, "label")) that \(count == 1 ? "looks" : "look") wrong.", section: .data)
  }

  private static func contradictions(_ audit: DataAudit) -> ReportAdvice? {
    let count = audit.contradictions.count
    guard count > 0 else { return nil }
    return ReportAdvice(
      text: "Decide on \(Phrase.counted(count, "photo")) that \(count == 1 ? "lies" : "lie") in more than one class "
        + "and \(count == 1 ? "was" : "were") left out.",
      section: .data)
  }

  private static func unreadable(_ audit: DataAudit) -> ReportAdvice? {
    let count = audit.unreadable.count
    guard count > 0 else { return nil }
    return ReportAdvice(text: "Replace \(Phrase.counted(count, "file")) that could not be read.", section: .data)
  }

  private static func small(_ audit: DataAudit) -> ReportAdvice? {
    guard let smallest = audit.smallClasses.min(by: { $0.images < $1.images }) else { return nil }
    let others = audit.smallClasses.count - 1
    let more =
      others > 0 ? " and to \(Phrase.counted(others, "further small class", plural: "further small classes"))" : ""
    return ReportAdvice(
      text: "Add photos to \(Phrase.quoted(smallest.name)), which has \(Numbers.count(smallest.images))\(more).",
      section: .data)
  }

  /// The class of which the smallest share is found, if that is worth a word.
  private static func weakest(_ wording: ReportWording) -> ReportAdvice? {
    let classes = wording.report.classes
    let evaluated = classes.indices.filter { classes[$0].images > 0 }
    guard let weakest = evaluated.min(by: { classes[$0].recall < classes[$1].recall }), classes[weakest].recall < 0.85
    else { return nil }
    let found = wording.matrix.counts[weakest][weakest]
    let mainly = wording.matrix.confusions.first { $0.label == weakest }
      .map { ", most often missed as \(Phrase.quoted(classes[$0.predicted].name))" }
    return ReportAdvice(
      text:
        "Look at \(Phrase.quoted(classes[weakest].name)): \(found) of \(Phrase.counted(classes[weakest].images, "image")) found"
        + (mainly ?? "") + ".", section: .classes)
  }

  private static func curve(_ wording: ReportWording) -> ReportAdvice? {
    guard case .rises = wording.curve else { return nil }
    return ReportAdvice(text: "Take more photos: the learning curve still rises.", section: .curve)
  }

  private static func calibration(_ wording: ReportWording) -> ReportAdvice? {
    guard wording.evaluated > 0, !wording.isCalibrated else { return nil }
    return ReportAdvice(text: "Take the probabilities with care.", section: .calibration)
  }
}
