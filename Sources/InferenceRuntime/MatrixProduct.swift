import COpenBLAS

/// Single-threaded OpenBLAS products; the worker pool does the sharing out.
enum MatrixProduct {
  /// `C = A B`: `A [rows, depth]`, `B [depth, columns]`, `C [rows, columns]`, all row-major with the given row strides.
  static func multiply(
    _ a: UnsafePointer<Float>, stride strideA: Int, _ b: UnsafePointer<Float>, stride strideB: Int,
    into c: UnsafeMutablePointer<Float>, stride strideC: Int, rows: Int, columns: Int, depth: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
      1, a, blasint(strideA), b, blasint(strideB), 0, c, blasint(strideC))
  }

  /// `C = A B^T`: `A [rows, depth]`, `B [columns, depth]`, `C [rows, columns]`.
  static func multiplyTransposed(
    _ a: UnsafePointer<Float>, stride strideA: Int, _ b: UnsafePointer<Float>, stride strideB: Int,
    into c: UnsafeMutablePointer<Float>, stride strideC: Int, rows: Int, columns: Int, depth: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(depth),
      1, a, blasint(strideA), b, blasint(strideB), 0, c, blasint(strideC))
  }

  /// `y = A x`: `A [rows, columns]`.
  static func multiply(
    _ a: UnsafePointer<Float>, vector x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int
  ) {
    cblas_sgemv(
      CblasRowMajor, CblasNoTrans, blasint(rows), blasint(columns), 1, a, blasint(columns), x, 1, 0, y, 1)
  }
}
