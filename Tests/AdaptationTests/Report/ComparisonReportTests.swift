import Adaptation
import Foundation
import FoundationXML
import Testing

@Suite("Comparisons of ways to a classifier")
struct ComparisonReportTests {
  @Test("JSON has names with underscores and reads back as it was")
  func json() throws {
    let report = SampleReport.comparison()
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ComparisonReport.self, from: json) == report)
    let members = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(members["evaluated_images"] as? Int == 45)
    let row = try #require((members["rows"] as? [[String: Any]])?.last)
    #expect(Set(row.keys) == ["base", "method", "share", "images", "accuracy", "accuracy_interval", "seconds"])
  }

  @Test("the table has a line for each run, and what can be read from it below")
  func text() {
    let lines = SampleReport.comparison().text.split(separator: "\n")
    #expect(lines.count == 1 + 16 + 2)
    #expect(Set(lines.prefix(17).map(\.count)).count == 1, "columns are aligned")
    #expect(lines[1] == "efficientnet-lite0  head           10 %      18    81.0 %      71 – 86 %       1.6 s")
    #expect(lines[17].hasPrefix("With 180 photos (100 %) the best is efficientnet-lite0, fine-tuned, with 96.0 %"))
    #expect(lines[18].hasPrefix("With 18 photos (10 %) it is efficientnet-lite0, head, with 81.0 %"))
  }

  @Test("a name can break neither the table's cells nor its lines")
  func markdown() {
    let markdown = SampleReport.comparison { $0 + "|<b>\n" }.markdown
    let lines = markdown.split(separator: "\n")
    #expect(lines.count == 2 + 16)
    #expect(lines.allSatisfy { $0.replacing("\\|", with: "").count { $0 == "|" } == 8 })
    #expect(!markdown.replacing("\\<", with: "").contains("<"))
  }

  @Test("the plot and the page are equal bytes each time, also with no rows and one", arguments: [0, 1, 16])
  func page(rows: Int) {
    var report = SampleReport.comparison()
    report.rows = Array(report.rows.prefix(rows))
    let page = ComparisonPage(report: report)
    #expect(XMLParser(data: Data(page.svg.utf8)).parse() && XMLParser(data: Data(page.html.utf8)).parse())
    #expect(page.html == ComparisonPage(report: report).html && page.svg == ComparisonPage(report: report).svg)
    #expect(!report.text.isEmpty)
  }

  @Test(
    "seconds without measure, or of no size, do not stop the plot", arguments: [0, -1, .nan, .infinity, 1e300, 1e-9])
  func seconds(seconds: Double) {
    var report = SampleReport.comparison()
    for index in report.rows.indices.prefix(3) { report.rows[index].seconds = seconds }
    #expect(XMLParser(data: Data(ComparisonPage(report: report).html.utf8)).parse())
  }
}
