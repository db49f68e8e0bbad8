import Drawings
import Foundation

/// What it took, where it comes from, how to use it.
extension ReportPage {
  /// In the order in which stages run; others follow by name.
  var seconds: [MarkupElement]? {
    let stages = AdaptationStage.allCases.map(\.rawValue)
    let known = stages.filter { report.seconds[$0] != nil }
    let names = known + report.seconds.keys.filter { !stages.contains($0) }.sorted()
    guard !names.isEmpty else { return nil }
    let values = names.map { report.seconds[$0] ?? 0 }
    let chart = BarChart(
      title: "Seconds of each stage",
      summary: zip(names, values).map { "\($0): \(Numbers.duration($1))." }.joined(separator: " "), names: names,
      series: [BarChart.Series(name: "Time", values: values)],
      axis: Axis(around: values, unit: .seconds, isFromZero: true), width: 640, label: Numbers.duration)
    return [
      HTML.paragraph(
        "\(Numbers.duration(totalSeconds)) altogether, by the wall clock; of a run that was interrupted, all attempts."),
      HTML.figure(chart.document),
    ]
  }

  /// Summed up in one order, so that equal reports give equal bytes.
  var totalSeconds: Double { report.seconds.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }

  var provenance: [MarkupElement]? {
    let images = report.images
    return [
      HTML.record([
        ("Base", "\(report.base.name), version \(report.base.version) (\(report.base.architecture))"),
        ("Its weights", "SHA-256 \(report.base.weights)"),
        ("Features", "\(Numbers.count(report.base.features)) a photo"),
        ("Photos", report.data.origin), ("Their fingerprint", "SHA-256 \(report.data.fingerprint)"),
        (
          "Split",
          "\(Numbers.count(images.training)) for training, \(Numbers.count(images.validation)) for validation, "
            + "\(Numbers.count(images.test)) for the test; \(Numbers.count(images.used)) used"
        ),
        ("Evaluation", report.evaluation.rawValue), ("Seed", String(report.settings.seed)), ("Made by", report.build),
      ]),
      HTML.paragraph("The same base, photos, settings and seed give the same weights on the same kind of machine."),
    ] + (settings.map { [HTML.details("All settings", [MarkupElement("pre", text: $0)])] } ?? [])
  }

  private var settings: String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(report.settings)).map { String(decoding: $0, as: UTF8.self) }
  }

  var use: [MarkupElement]? {
    [
      HTML.paragraph(
        "A running server loads the version when it is told to, or by itself where it makes it or is started with "
          + "--poll-models:"),
      MarkupElement("pre", text: report.reloadCommand),
      HTML.paragraph("Then, with a photo of yours:"),
      MarkupElement("pre", text: report.classifyCommand),
      HTML.paragraph("The answer holds the classes with their probabilities. On the command line, without a server:"),
      MarkupElement("pre", text: "convserve classify photo.jpg --model \(report.model.name.shellQuoted)"),
    ]
  }
}

extension AdaptationReport {
  /// A line for the shell that has a local server look for new versions.
  var reloadCommand: String { "curl -X POST localhost:8080/v1/models/reload" }

  /// A line for the shell that asks a local server about a photo.
  var classifyCommand: String {
    let address = "localhost:8080/v1/models/\(model.name.percentEncoded)/classify"
    return "curl -F image=@photo.jpg \(address.shellQuoted)"
  }
}

extension String {
  /// As one segment of a URL's path (RFC 3986, section 2.3).
  fileprivate var percentEncoded: String {
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    let digits = Array("0123456789ABCDEF")
    return utf8.map { byte in
      unreserved.contains(byte)
        ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }

  /// As one word of a shell: as it is where nothing in it has a meaning.
  fileprivate var shellQuoted: String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:%".utf8)
    if !isEmpty, utf8.allSatisfy(plain.contains) { return self }
    return "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
