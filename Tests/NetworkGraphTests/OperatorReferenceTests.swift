import Foundation
import NetworkGraph
import Testing

/// A row of `operators.json`, which `Tests/Goldens/architectures/operators.py` wrote with PyTorch.
struct OperatorCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let input: TensorShape
  let definition: any OperatorDefinition
  /// `nil` where PyTorch refuses the input.
  let output: [Int]?

  init(from decoder: any Decoder) throws {
    var row = try decoder.unkeyedContainer()
    name = try row.decode(String.self)
    input = TensorShape(try row.decode([Int].self))
    let sizes = try (0..<4).map { _ in
      let pair = try row.decode([Int].self)
      return Size2D(height: pair[0], width: pair[1])
    }
    let groups = try row.decode(Int.self)
    let channels = try row.decode(Int.self)
    let ceilMode = try row.decode(Bool.self)
    output = try row.decodeNil() ? nil : row.decode([Int].self)
    let (kernel, stride, padding, dilation) = (sizes[0], sizes[1], Padding.symmetric(sizes[2]), sizes[3])
    definition =
      switch name {
      case "convolution":
        Convolution(
          outputChannels: channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
          groups: groups)
      case "max_pooling":
        MaxPooling(kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
      default:
        AveragePooling(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
      }
  }

  var testDescription: String { "\(definition) over \(input)" }

  static let all: [OperatorCase] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/architectures/operators.json")
    return try! JSONDecoder().decode([OperatorCase].self, from: Data(contentsOf: file))
  }()
}

@Suite("Output shapes against PyTorch")
struct OperatorReferenceTests {
  @Test("convolutions and poolings give PyTorch's shape, and refuse what PyTorch refuses")
  func shapes() {
    #expect(OperatorCase.all.count == 400)
    for row in OperatorCase.all {
      let ours = try? row.definition.outputShape(for: [row.input])
      #expect(ours?.dimensions == row.output, "\(row.testDescription)")
    }
  }
}
