import COpenBLAS
import Glibc

/// Checks that OpenBLAS computes right products on this processor.
///
/// OpenBLAS chooses its kernels by the processor's model. On a processor that it does not know it can choose kernels
/// that give wrong products. A wrong product looks like a plausible classification, so the check runs before a server
/// starts.
public enum OpenBLASCheck {
  /// The name of the kernels that OpenBLAS has chosen, for example `Haswell`. The environment variable
  /// `OPENBLAS_CORETYPE` overrides the choice.
  public static var coreType: String { String(cString: openblas_get_corename()) }

  /// Limits OpenBLAS to one thread a call, and compares a few of its products with plain arithmetic in double
  /// precision.
  ///
  /// The sizes cross the borders of the kernels' tiles and leave remainders in every dimension. A product may differ
  /// by `1e-4 * sqrt(depth)`. The check takes a few milliseconds.
  ///
  /// - Throws: `OpenBLASMismatch` for the first wrong value.
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

/// A product that OpenBLAS computed wrongly on this processor: `rows` x `depth` times `depth` x `columns`.
public struct OpenBLASMismatch: Error, Hashable, Sendable {
  /// Rows of the left matrix and of the product.
  public let rows: Int
  /// Columns of the right matrix and of the product; 1 for a product with a vector.
  public let columns: Int
  /// Columns of the left matrix, which is the length of each sum.
  public let depth: Int
  /// The right value, computed by plain arithmetic in double precision.
  public let expected: Double
  /// The value that OpenBLAS gave.
  public let actual: Double
  /// The OpenBLAS kernels that gave the wrong value, as `OpenBLASCheck.coreType` names them.
  public let coreType: String
}

extension OpenBLASMismatch: CustomStringConvertible {
  /// The wrong and the right value, with the environment variable that chooses other kernels.
  public var description: String {
    let chosen = getenv("OPENBLAS_CORETYPE").map { "OPENBLAS_CORETYPE=\(String(cString: $0))" } ?? "its own choice"
    return "OpenBLAS computes wrong products with its \(coreType) kernels (\(chosen)): a \(rows)x\(depth) by "
      + "\(depth)x\(columns) product holds \(actual) where \(expected) is right. Set the environment variable "
      + "OPENBLAS_CORETYPE to kernels that suit this processor (Haswell for AVX2, SkylakeX for AVX-512, "
      + "Nehalem for any x86-64) and start again."
  }
}
