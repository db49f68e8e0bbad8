import Foundation
import ImageInput
import ModelServing
import Training

/// Several data sets of the same classes, one behind the other.
struct JoinedDataSet: DataSet {
  let name: String
  private let parts: [any DataSet]
  /// Where each part begins, and where the last one ends.
  private let starts: [Int]

  /// - Precondition: at least one part, all of the same classes.
  init(_ parts: [any DataSet]) {
    self.parts = parts
    name = parts[0].name
    starts = parts.reduce(into: [0]) { $0.append($0.last! + $1.count) }
  }

  var classes: [ClassLabel] { parts[0].classes }
  var count: Int { starts.last! }

  /// The places of a part's images.
  func range(ofPart part: Int) -> Range<Int> { starts[part]..<starts[part + 1] }

  func name(ofPart part: Int) -> String {
    parts[part].name.split(separator: "/").last.map(String.init) ?? parts[part].name
  }

  func label(_ index: Int) -> Int { at(index) { $0.label($1) } }
  func image(_ index: Int) throws -> PixelImage { try at(index) { try $0.image($1) } }
  func crops(_ index: Int, _ preprocessing: Preprocessing) throws -> ImageCrops {
    try at(index) { try $0.crops($1, preprocessing) }
  }
  func identifier(_ index: Int) -> String { at(index) { $0.identifier($1) } }
  func path(_ index: Int) -> String { at(index) { $0.path($1) } }
  func encoded(_ index: Int) throws -> Data? { try at(index) { try $0.encoded($1) } }

  func fingerprint() throws -> String {
    SHA256.hexDigest(of: try parts.map { try $0.fingerprint() }.joined(separator: ",").utf8)
  }

  private func at<Value>(_ index: Int, _ body: (any DataSet, Int) throws -> Value) rethrows -> Value {
    let part = parts.indices.last { starts[$0] <= index }!
    return try body(parts[part], index - starts[part])
  }
}
