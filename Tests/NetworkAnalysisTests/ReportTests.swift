import Architectures
import NetworkGraph
import Testing

@testable import NetworkAnalysis

@Suite("Reports")
struct ReportTests {
  private func lenet() throws -> NetworkSummary {
    try NetworkSummary(of: Architecture.named("lenet5").network())
  }

  @Test("LeNet-5 as text")
  func text() throws {
    #expect(
      try lenet().text() == """
        lenet5: input 1x32x32, batch 1

        Layer    Operator           Output  Kernel  Stride  Padding  Groups  Parameters      MACs  Activation  Field
        -------  ---------------  --------  ------  ------  -------  ------  ----------  --------  ----------  -----
        c1       convolution       6x28x28     5x5       1        0       1         156  117.60 k    18.82 kB    5x5
        tanh1    tanh              6x28x28                                            0         0    18.82 kB    5x5
        s2       average_pooling   6x14x14     2x2       2        0                   0         0     4.70 kB    6x6
        c3       convolution      16x10x10     5x5       1        0       1       2,416  240.00 k     6.40 kB  14x14
        tanh3    tanh             16x10x10                                            0         0     6.40 kB  14x14
        s4       average_pooling    16x5x5     2x2       2        0                   0         0     1.60 kB  16x16
        c5       convolution       120x1x1     5x5       1        0       1      48,120   48.00 k       480 B  32x32
        tanh5    tanh              120x1x1                                            0         0       480 B  32x32
        flatten  flatten               120                                            0         0       480 B  32x32
        f6       fully_connected        84                                       10,164   10.08 k       336 B  32x32
        tanh6    tanh                   84                                            0         0       336 B  32x32
        output   fully_connected        10                                          850       840        40 B  32x32

        Parameters: 61,706 (246.82 kB in f32)
        MACs: 416.52 k
        FLOPs (1 MAC = 2 FLOPs): 833.04 k
        Activations: 58.89 kB in all layers, at most 37.63 kB at one time

        """)
  }

  @Test("LeNet-5 in 48 columns keeps what matters and says what it left out")
  func narrowText() throws {
    #expect(
      try lenet().text(width: 48).split(separator: "\n").dropFirst().prefix(4) == [
        "Layer      Output  Kernel  Parameters      MACs",
        "-------  --------  ------  ----------  --------",
        "c1        6x28x28     5x5         156  117.60 k",
        "tanh1     6x28x28                   0         0",
      ])
    #expect(
      try lenet().text(width: 48).contains(
        "(left out for width: Operator, Stride, Padding,\nGroups, Activation, Field)\n"))
  }

  @Test("LeNet-5 as Markdown")
  func markdown() throws {
    let lines = try lenet().markdown().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "## lenet5: input 1x32x32, batch 1")
    #expect(lines[3] == "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    #expect(
      lines[6] == "| s2 | average\\_pooling | 6x14x14 | 2x2 | 2 | 0 |  | 0 | 0 | 4.70 kB | 6x6 |")
    #expect(lines[18] == "- MACs: 416.52 k")
  }

  @Test("LeNet-5 as CSV has exact numbers under the names that JSON uses")
  func csv() throws {
    let lines = try lenet().csv().split(separator: "\r\n")
    #expect(lines.count == 13)
    #expect(
      lines[0]
        == "name,operator,output_shape,kernel,stride,padding,dilation,groups,weights,biases,parameters,macs,flops,"
        + "activation_bytes,weight_bytes,receptive_field_size,receptive_field_jump,receptive_field_start,"
        + "inputs,input_shapes")
    #expect(
      lines[1]
        == "c1,convolution,6x28x28,5x5,1x1,0x0x0x0,1x1,1,150,6,156,117600,235200,18816,624,5x5,1x1,2.5x2.5,"
        + "input,1x32x32")
  }

  @Test("no line of any report is wider than asked", arguments: [60, 80, 100, 132])
  func width(width: Int) throws {
    for architecture in Architecture.all {
      let network = try architecture.network()
      let reports: [any Report] = [
        try NetworkSummary(of: network), NetworkComparison([try ComparedNetwork(network)]),
        try NetworkStatistics(of: network),
      ]
      for report in reports {
        let longest = report.text(width: width).split(separator: "\n").map(\.count).max() ?? 0
        #expect(longest <= width, "\(architecture.name) \(type(of: report))")
      }
    }
  }

  @Test("absurd widths still give a table", arguments: [Int.min, -1, 0, 1, Int.max])
  func absurdWidth(width: Int) throws {
    #expect(try lenet().text(width: width).contains("117.60 k"))
  }

  @Test("the statistics' report has the operators and the dense equivalent")
  func statistics() throws {
    let statistics = try NetworkStatistics(of: Architecture.named("vgg16").network())
    #expect(statistics.text().contains("fully_connected                3  123,642,856         89.4 %"))
    #expect(statistics.text().contains("features.0       1.79 k   89.92 M  483.39 G  5,376.0x  50,176.0x"))
    #expect(statistics.csv().hasPrefix("operator,layers,parameters,parameters_share,macs,"))
    #expect(statistics.denseSection.table.csv().contains("\r\ntotal,14714688,"))
  }

  @Test("the comparison's report cites where errors were published")
  func comparison() throws {
    let published = PublishedErrors(
      dataset: "ImageNet-1k", top1Error: 22.85, top5Error: nil, source: "He et al. 2015, table 3")
    let network = try Architecture.named("resnet50").network()
    let comparison = NetworkComparison([try ComparedNetwork(network, title: "ResNet-50", published: published)])
    #expect(comparison.text().contains("25.56 M  4.09 G  8.18 G  102.23 MB"))
    #expect(comparison.text().contains("FLOPs (1 MAC = 2 FLOPs)"))
    #expect(comparison.text().contains("resnet50: ImageNet-1k, He et al. 2015, table 3\n"))
    #expect(comparison.csv().hasSuffix(",22.85,,,ImageNet-1k,\"He et al. 2015, table 3\"\r\n"))
    #expect(comparison.markdown().hasPrefix("## Networks compared\n\n| Network | Input |"))
  }
}

@Suite("Tables")
struct TableTests {
  private let hostile = "a,\"b\"|\u{1B}[31m<i>\r\n`c`"

  private func table(_ name: String) -> Table {
    Table(
      columns: [.init("Name", "name", .left), .init("Count", "count")], rows: [[Table.Cell(name), .grouped(1234)]])
  }

  @Test("names from files cannot break out of a CSV field, a Markdown cell or a line")
  func escaping() {
    #expect(table(hostile).csv() == "name,count\r\n\"a,\"\"b\"\"|\u{1B}[31m<i>\r\n`c`\",1234\r\n")
    #expect(
      table(hostile).markdown()
        == "| Name | Count |\n| --- | ---: |\n| a,\"b\"\\| \\[31m&lt;i>  \\`c\\` | 1,234 |\n")
    #expect(table(hostile).text().split(separator: "\n")[2] == "a,\"b\"| [31m<i>  `c`  1,234")
  }

  @Test("a combining mark does not hide a quote or a pipe")
  func combiningMarks() {
    #expect(table("a\"\u{301}").csv().contains("\"a\"\"\u{301}\",1234"))
    #expect(table("a|\u{301}").markdown().unicodeScalars.contains("\\"))
  }

  @Test("long names are cut in the middle")
  func cutting() {
    let text = table("layer3.22.downsample.0.very.long.name").text(width: 30)
    #expect(text.split(separator: "\n")[2] == "layer3.22.d…y.long.name  1,234")
  }

  @Test("an empty table has its heading")
  func empty() {
    let empty = Table(columns: [.init("Name", "name", .left)], rows: [])
    #expect(empty.text() == "Name\n----\n")
    #expect(empty.csv() == "name\r\n")
  }

  @Test(
    "numbers round to two decimals and the next unit",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1.00 k"), (25_557_032, "25.56 M"), (999_994, "999.99 k"), (999_999, "1.00 M"),
      (4_089_184_256, "4.09 G"), (Int.max, "9.22 E"), (Int.min, "-9223372036854775808"),
    ])
  func scaling(value: Int, text: String) {
    #expect(NumberFormat.scaled(value) == text)
  }

  @Test(
    "digits come in groups of three",
    arguments: [(0, "0"), (-1234, "-1,234"), (123_456, "123,456"), (Int.min, "-9,223,372,036,854,775,808")])
  func grouping(value: Int, text: String) {
    #expect(NumberFormat.grouped(value) == text)
  }

  @Test(
    "decimals are fixed, and what has none stays itself",
    arguments: [(0.95, "0.95"), (99.999, "100.00"), (-1, "-1.0"), (.infinity, "inf"), (1e300, "1e+300")])
  func fixed(value: Double, text: String) {
    #expect(NumberFormat.fixed(value, decimals: 2) == text)
  }
}
