import InferenceRuntime
import KernelTemplates

/// Neighbouring output columns for which the same columns of the kernel read real values and no padding.
struct ColumnRun: Sendable {
  let columns: Range<Int>
  let taps: Range<Int>

  /// The columns of a row: one by one where the kernel reaches beyond the map, in even runs of at most `most` in between.
  static func runs(_ geometry: WindowGeometry, most: Int) -> [ColumnRun] {
    let interior = geometry.interiorColumns
    func single(_ column: Int) -> ColumnRun {
      ColumnRun(columns: column..<column + 1, taps: geometry.realKernelColumns(output: column))
    }
    let inner = evenParts(of: interior.count, most: most).map { part in
      ColumnRun(
        columns: interior.lowerBound + part.lowerBound..<interior.lowerBound + part.upperBound,
        taps: 0..<geometry.kernelWidth)
    }
    return (0..<interior.lowerBound).map(single) + inner + (interior.upperBound..<geometry.outputWidth).map(single)
  }
}
