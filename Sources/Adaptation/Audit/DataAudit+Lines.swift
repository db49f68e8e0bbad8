extension DataAudit {
  /// The audit in plain English, the gravest first: of each kind a heading, and under it at most `limit` files or groups.
  /// Nothing where nothing was found.
  public func lines(limit: Int = 10) -> [String] {
    sections.flatMap { section in
      guard !section.items.isEmpty else { return [String]() }
      let rest = section.items.count - limit
      return [section.heading] + section.items.prefix(limit).map { "  " + $0 }
        + (rest > 0 ? ["  and \(rest) more"] : [])
    }
  }

  private typealias Section = (heading: String, items: [String])

  private var sections: [Section] {
    [
      ("adapt cannot use these photos:", problem.map { [TerminalText.plain($0)] } ?? []),
      (
        "\(Self.groups(leaks.count)) of pictures that are the same, or nearly so, in parts that were set apart, so that a test "
          + "asks for what was learned (adapt learns from none that is tested with):",
        leaks.map(Self.joined)
      ),
      (
        "\(Self.files(unreadable.count)) cannot be read:",
        unreadable.map { "\(TerminalText.plain($0)): \(unreadableReasons[$0] ?? "unreadable")" }
      ),
      (
        "\(Self.groups(contradictions.count)) of equal files in different classes, so that at least one label is wrong; all of "
          + "them are left out:",
        labelledContradictions.map(Self.joined)
      ),
      ("\(Self.labels(suspectLabels.count)) may be wrong:", suspectLabels.map(Self.line)),
      ("\(Self.groups(duplicates.count)) of equal files, each of which counts once:", duplicates.map(Self.joined)),
      (
        "\(Self.groups(nearDuplicates.count)) of pictures that are nearly the same, kept on one side of every split:",
        nearDuplicates.map(Self.joined)
      ),
      (
        "too few images to learn from (at least \(Self.smallestClass), better \(Self.smallClass) or more):",
        smallClasses.filter { $0.images < Self.smallestClass }.map(Self.line)
      ),
      (
        "few images (\(Self.smallClass) or more would say more):",
        smallClasses.filter { $0.images >= Self.smallestClass }.map(Self.line)
      ),
    ]
      + Finding.Kind.allCases.map { kind in
        let found = findings.filter { $0.kind == kind }
        return ("\(Self.files(found.count)) \(Self.phrase(kind, count: found.count)):", found.map(Self.line))
      }
  }

  private static func files(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }
  private static func groups(_ count: Int) -> String { count == 1 ? "1 group" : "\(count) groups" }
  private static func labels(_ count: Int) -> String { count == 1 ? "1 label" : "\(count) labels" }

  private static func joined(_ files: [String]) -> String { files.map(TerminalText.plain).joined(separator: ", ") }

  private static func line(_ suspect: SuspectLabel) -> String {
    "\(TerminalText.plain(suspect.file)): labelled \(TerminalText.plain(suspect.label)), "
      + "looks like \(TerminalText.plain(suspect.suggested))"
      + " (\(rounded(suspect.confidence * 100, places: 0)) %)"
  }

  private static func line(_ small: SmallClass) -> String {
    "\(TerminalText.plain(small.name)): \(small.images) \(small.images == 1 ? "image" : "images")"
  }

  private static func phrase(_ kind: Finding.Kind, count: Int) -> String {
    let verb = count == 1 ? "is" : "are"
    return switch kind {
    case .dark: "\(verb) very dark"
    case .bright: "\(verb) burnt out"
    case .blurred: "\(verb) blurred"
    case .tiny: "\(verb) tiny"
    case .elongated: "\(verb) long and narrow, so that most of the picture is cut off"
    case .blank: count == 1 ? "shows nothing" : "show nothing"
    }
  }

  private static func line(_ finding: Finding) -> String {
    let measure =
      switch finding.kind {
      case .dark, .bright: "mean brightness \(rounded(finding.value * 100, places: 0)) %"
      case .blurred:
        "sharpness \(rounded(finding.value, places: 1)), ordinary from \(Int(FindingRules.blurredSharpness))"
      case .tiny: "\(Int(finding.value)) pixels at the shorter side"
      case .elongated: "\(rounded(finding.value, places: 1)) times as long as wide"
      case .blank: "contrast \(rounded(finding.value * 100, places: 1)) %"
      }
    return "\(TerminalText.plain(finding.file)): \(measure)"
  }

  private static func rounded(_ value: Double, places: Int) -> String {
    let scale = places == 0 ? 1.0 : 10.0
    let whole = (value * scale).rounded() / scale
    return places == 0 ? "\(Int(whole))" : "\(whole)"
  }

  /// `contradictions`, each file with its class.
  var labelledContradictions: [[String]] {
    zip(contradictions, contradictionLabels).map { files, labels in
      zip(files, labels).map { "\($0) (\($1))" }
    }
  }
}
