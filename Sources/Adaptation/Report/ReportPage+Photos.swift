import Drawings

/// Photos: those that were taken for something else, and what is wrong with them.
extension ReportPage {
  var mistakes: [MarkupElement]? {
    guard wording.evaluated > 0 else { return nil }
    guard !report.mistakes.isEmpty else { return [HTML.paragraph("There are none.")] }
    let total = wording.evaluated - wording.right
    return [
      HTML.paragraph(
        "\(shown(report.mistakes.count, of: total, "mistake")), the surest first. "
          + "Where the picture shows what the classifier says, the label is wrong."),
      HTML.block("gallery", report.mistakes.map(tile)),
    ]
  }

  private func shown(_ count: Int, of total: Int, _ noun: String) -> String {
    count < total ? "\(Numbers.count(count)) of \(Phrase.counted(total, noun))" : Phrase.counted(count, noun)
  }

  private func tile(_ mistake: AdaptationReport.Mistake) -> MarkupElement {
    tile(
      mistake.file, label: mistake.label, other: mistake.predicted, verb: "taken for",
      probability: mistake.probability)
  }

  private func tile(_ suspect: DataAudit.SuspectLabel) -> MarkupElement {
    tile(
      suspect.file, label: suspect.label, other: suspect.suggested, verb: "looks like",
      probability: suspect.confidence)
  }

  private func tile(_ file: String, label: String, other: String, verb: String, probability: Double) -> MarkupElement {
    MarkupElement(
      "figure", [:],
      [
        picture(file),
        MarkupElement(
          "figcaption",
          nodes: [
            .element(MarkupElement("b", [:], [HTML.name(label)])), .text(" \(verb) "),
            .element(MarkupElement("span", ["class": "wrong"], [HTML.name(other)])),
            .text(", \(Numbers.cautiousPercent(probability))"), .element(fileName(file)),
          ]),
      ])
  }

  /// Shortened by the browser, whole under the pointer.
  private func fileName(_ file: String) -> MarkupElement {
    MarkupElement("span", ["class": "file", "title": file], [HTML.name(file)])
  }

  private func picture(_ file: String) -> MarkupElement {
    thumbnails[file].flatMap { HTML.image($0, alternative: file) }
      ?? MarkupElement("div", ["class": "missing"], text: "no picture")
  }

  var data: [MarkupElement]? {
    let found =
      leaks + contradictions + suspects + unreadable + nearDuplicates + duplicates + smallClasses + findings
    guard !found.isEmpty else {
      return [
        HTML.paragraph("Nothing was found: every file could be read, no two are alike, no label is contradicted.")
      ]
    }
    return [HTML.paragraph("What is wrong with the photos, or may be. The report proposes; you decide.")] + found
  }

  private var contradictions: [MarkupElement] {
    groups(
      report.audit.labelledContradictions, title: "One photo, several classes",
      text: "Files of equal bytes with different labels, of which at most one can be right. All of them were left out.")
  }

  private var leaks: [MarkupElement] {
    groups(
      report.audit.leaks, title: "Tested with what was there to be learned",
      text: "The same photos, or nearly so, lie in more than one of the parts that the data set apart. Here nothing "
        + "was learned from that was tested with; a program that takes the parts as they are finds itself better than "
        + "it is.")
  }

  private var duplicates: [MarkupElement] {
    groups(report.audit.duplicates, title: "Copies", text: "Files of equal bytes. One of each was used.")
  }

  private func groups(_ groups: [[String]], title: String, text: String) -> [MarkupElement] {
    guard !groups.isEmpty else { return [] }
    return [HTML.heading("\(title): \(Numbers.count(groups.count))"), HTML.paragraph(text)]
      + files(groups.map { ($0.joined(separator: " = "), nil) })
  }

  /// A list of names, each with what there is to say about it.
  private func files(_ files: [(name: String, note: String?)]) -> [MarkupElement] {
    let items = files.map { file in
      MarkupElement("li", [:], [HTML.name(file.name)] + (file.note.map { [note($0)] } ?? []))
    }
    return HTML.unfolding(items, limit: 10, in: "ul").map { list in
      list.name == "ul" ? list.with("class", "files") : list
    }
  }

  private func note(_ text: String) -> MarkupElement { MarkupElement("span", ["class": "quiet"], text: " – " + text) }

  private var suspects: [MarkupElement] {
    let suspects = report.audit.suspectLabels
    guard !suspects.isEmpty else { return [] }
    let text = HTML.paragraph(
      "Classifiers that had not seen the photo are sure of another class. Often the label is wrong, sometimes the photo "
        + "is merely unusual.")
    let hasPictures = suspects.contains { thumbnails[$0.file] != nil }
    let pictured = suspects.prefix(hasPictures ? Self.suspectLimit : 0)
    let listed = suspects.dropFirst(pictured.count).map { suspect in
      (
        suspect.file,
        "\(suspect.label), looks like \(suspect.suggested), \(Numbers.cautiousPercent(suspect.confidence))"
      )
    }
    return [HTML.heading("Labels that look wrong: \(Numbers.count(suspects.count))"), text]
      + (pictured.isEmpty ? [] : [HTML.block("gallery", pictured.map(tile))]) + (listed.isEmpty ? [] : files(listed))
  }

  private var unreadable: [MarkupElement] {
    let unreadable = report.audit.unreadable
    guard !unreadable.isEmpty else { return [] }
    return [
      HTML.heading("Files that cannot be read: \(Numbers.count(unreadable.count))"),
      HTML.paragraph("They were left out."),
    ] + files(unreadable.map { ($0, report.audit.unreadableReasons[$0]) })
  }

  private var nearDuplicates: [MarkupElement] {
    let groups = report.audit.nearDuplicates
    guard !groups.isEmpty else { return [] }
    let pictured = groups.prefix(Self.groupLimit).filter { $0.contains { thumbnails[$0] != nil } }
    let listed = groups.filter { !pictured.contains($0) }
    return [
      HTML.heading("Photos that are nearly the same: \(Phrase.counted(groups.count, "group"))"),
      HTML.paragraph("They were kept on one side of every split, so that none was learned from and evaluated at once."),
    ] + pictured.map(row) + (listed.isEmpty ? [] : files(listed.map { ($0.joined(separator: " ≈ "), nil) }))
  }

  private func row(_ group: [String]) -> MarkupElement {
    HTML.block(
      "gallery",
      group.prefix(Self.groupSize).map { file in
        MarkupElement("figure", [:], [picture(file), MarkupElement("figcaption", [:], [fileName(file)])])
      })
  }

  private var smallClasses: [MarkupElement] {
    let small = report.audit.smallClasses
    guard !small.isEmpty else { return [] }
    return [HTML.heading("Classes with few photos: \(Numbers.count(small.count))")]
      + files(small.map { ($0.name, Phrase.counted($0.images, "photo")) })
  }

  private var findings: [MarkupElement] {
    let found = DataAudit.Finding.Kind.allCases.flatMap { kind in report.audit.findings.filter { $0.kind == kind } }
    guard !found.isEmpty else { return [] }
    let rows = found.map { finding -> [HTML.Cell] in
      [.text(finding.file), .text(finding.kind.title), .number(finding.kind.described(finding.value))]
    }
    let columns = [("Photo", false), ("Is", false), ("Measured", true)]
    let (limit, rest) = (10, rows.dropFirst(10))
    return [
      HTML.heading("Photos that stand out: \(Numbers.count(found.count))"),
      HTML.table(columns, Array(rows.prefix(limit))),
    ] + (rest.isEmpty ? [] : [HTML.details("\(Numbers.count(rest.count)) more", [HTML.table(columns, Array(rest))])])
  }
}

extension DataAudit.Finding.Kind {
  var title: String {
    switch self {
    case .dark: "dark"
    case .bright: "overexposed"
    case .blurred: "blurred"
    case .tiny: "tiny"
    case .elongated: "very long or very high"
    case .blank: "without content"
    }
  }

  /// What was measured, with its unit.
  func described(_ value: Double) -> String {
    switch self {
    case .dark, .bright: "mean brightness \(Numbers.percent(value))"
    case .blurred: "sharpness \(Numbers.short(value))"
    case .tiny: "shorter side \(Numbers.fixed(value)) pixels"
    case .elongated: "sides \(Numbers.fixed(value, 1)) : 1"
    case .blank: "contrast \(Numbers.short(value))"
    }
  }
}
