import Drawings

extension AdaptationReport {
  /// The report for a terminal, in some twenty lines.
  ///
  /// - Parameter path: where the whole report is.
  public func text(at path: String? = nil) -> String {
    let wording = ReportWording(report: self)
    let blocks = [
      ["\(model.name), version \(model.version), adapted from \(base.name) (\(method.rawValue))"], wording.verdict,
      baselineLines(wording), confusionLines(wording), auditLines,
      [wording.curveSentence, reason.isEmpty ? nil : reason].compactMap(\.self),
      path.map { ["Report: \($0)"] } ?? [], ["Try it: \(reloadCommand)", "        \(classifyCommand)"],
    ]
    return blocks.filter { !$0.isEmpty }.map { block in block.map { plain($0) + "\n" }.joined() }.joined(
      separator: "\n")
  }

  private func baselineLines(_ wording: ReportWording) -> [String] {
    guard wording.evaluated > 0 else { return [] }
    return aligned([
      ("this classifier", Numbers.percent(accuracy, 1)), ("ridge", Numbers.percent(baselines.ridge, 1)),
      ("nearest class mean", Numbers.percent(baselines.nearestMean, 1)),
      ("commonest class", Numbers.percent(baselines.majority, 1)),
    ])
  }

  private func aligned(_ rows: [(name: String, value: String)]) -> [String] {
    let (names, values) = (rows.map(\.name.count).max() ?? 0, rows.map(\.value.count).max() ?? 0)
    return rows.map { row in
      "  " + row.name + String(repeating: " ", count: names - row.name.count + 2)
        + String(repeating: " ", count: values - row.value.count) + row.value
    }
  }

  private func confusionLines(_ wording: ReportWording) -> [String] {
    let confusions = wording.confusions(3)
    return confusions.isEmpty ? [] : ["Most often confused:"] + confusions.map { "  " + $0 }
  }

  private var auditLines: [String] {
    let found = audit.headline
    return found.isEmpty ? ["Photos: nothing wrong was found."] : ["Photos: " + found.joined(separator: ", ") + "."]
  }

  /// Names may hold what steers a terminal.
  private func plain(_ text: String) -> String { TerminalText.plain(text) }
}

extension DataAudit {
  /// What was found, in words, by kind.
  var headline: [String] {
    let counts =
      [
        (leaks.count, "group in several parts", "groups in several parts"),
        (contradictions.count, "in several classes", "in several classes"),
        (suspectLabels.count, "label that looks wrong", "labels that look wrong"),
        (unreadable.count, "unreadable", "unreadable"), (duplicates.count, "group of copies", "groups of copies"),
        (nearDuplicates.count, "group of near-duplicates", "groups of near-duplicates"),
        (smallClasses.count, "small class", "small classes"),
      ]
      + Finding.Kind.allCases.map { kind in
        (findings.count { $0.kind == kind }, kind.rawValue, kind.rawValue)
      }
    return counts.filter { $0.0 > 0 }.map { count, one, more in Phrase.counted(count, one, plural: more) }
  }
}
