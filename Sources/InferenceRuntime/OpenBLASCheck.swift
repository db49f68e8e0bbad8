import COpenBLAS
import Glibc

/// OpenBLAS picks its kernels by the processor's model, and on a processor that it does not know it can pick wrong
/// ones. A wrong product would look like a plausible, wrong classification, so it is checked before anything runs.
public enum OpenBLASCheck {
  /// The name of the kernels in use, for example `Haswell`.
  public static var coreType: String { String(cString: openblas_get_corename()) }

  /// Limits OpenBLAS to one thread a call and compares a few products with plain arithmetic.
  ///
  /// Costs a few milliseconds. The sizes cross the kernels' tile borders and leave remainders in every dimension.
  /// - Throws: `OpenBLASMismatch` where a product is wrong.
  public static func verify() throws(OpenBLASMismatch) {
    openblas_set_num_threads(1)
    for (rows, columns, depth) in [(1, 1, 1), (7, 5, 3), (64, 49, 64), (33, 130, 147), (96, 257, 385)] {
      try verify(rows: rows, columns: columns, depth: depth)
    }
  }

  private static func verify(rows: Int, columns: Int, depth: Int) throws(OpenBLASMismatch) {
    let a = pattern(rows * depth, step: 37)
    let b = pattern(depth * columns, step: 53)
    var product = [Float](repeating: 0, count: rows * columns)
    MatrixProduct.multiply(
      a, stride: depth, b, stride: columns, into: &product, stride: columns, rows: rows, columns: columns, depth: depth)
    try compare(product, a, b, rows, columns, depth) { k, column in k * columns + column }
    MatrixProduct.multiplyTransposed(
      a, stride: depth, b, stride: depth, into: &product, stride: columns, rows: rows, columns: columns, depth: depth)
    try compare(product, a, b, rows, columns, depth) { k, column in column * depth + k }
    MatrixProduct.multiply(a, vector: b, into: &product, rows: rows, columns: depth)
    try compare((0..<rows).map { product[$0] }, a, b, rows, 1, depth) { k, _ in k }
  }

  private static func compare(
    _ product: [Float], _ a: [Float], _ b: [Float], _ rows: Int, _ columns: Int, _ depth: Int,
    index: (_ k: Int, _ column: Int) -> Int
  ) throws(OpenBLASMismatch) {
    for row in 0..<rows {
      for column in 0..<columns {
        var expected = 0.0
        for k in 0..<depth { expected += Double(a[row * depth + k]) * Double(b[index(k, column)]) }
        let actual = Double(product[row * columns + column])
        guard abs(actual - expected) <= 1e-4 * Double(depth).squareRoot() else {
          throw OpenBLASMismatch(
            rows: rows, columns: columns, depth: depth, expected: expected, actual: actual, coreType: coreType)
        }
      }
    }
  }

  /// Values in `[-0.5, 0.5)` without a visible period.
  private static func pattern(_ count: Int, step: Int) -> [Float] {
    (0..<count).map { Float(($0 &* step &+ $0 / 7) % 101) / 101 - 0.5 }
  }
}

/// OpenBLAS gave a wrong product on this processor.
public struct OpenBLASMismatch: Error, Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public let depth: Int
  public let expected: Double
  public let actual: Double
  /// The kernels that gave it.
  public let coreType: String
}

extension OpenBLASMismatch: CustomStringConvertible {
  public var description: String {
    let chosen = getenv("OPENBLAS_CORETYPE").map { "OPENBLAS_CORETYPE=\(String(cString: $0))" } ?? "its own choice"
    return "OpenBLAS computes wrong products with its \(coreType) kernels (\(chosen)): a \(rows)x\(depth) by "
      + "\(depth)x\(columns) product holds \(actual) where \(expected) is right. Set the environment variable "
      + "OPENBLAS_CORETYPE to kernels that suit this processor (Haswell for AVX2, SkylakeX for AVX-512, "
      + "Nehalem for any x86-64) and start again."
  }
}
