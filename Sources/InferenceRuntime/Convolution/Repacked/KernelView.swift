/// How the kernels of a convolution lie in memory that belongs to someone else, who changes them.
///
/// The kernel of a group's input and output begins at `output * outputStride + input * inputStride` from the group's, and
/// `taps` says where each of its values lies from there. Another order of strides and taps makes another convolution of the
/// same numbers: inputs and outputs exchanged and taps reversed, it is the one that takes gradients back.
package struct KernelView: @unchecked Sendable {
  /// Unchecked: whoever trains writes, and nobody reads meanwhile.
  package let values: UnsafePointer<Float>
  package let groupStride: Int
  package let outputStride: Int
  package let inputStride: Int
  /// Offset of each tap, row by row; below zero for taps that are zero.
  package let taps: [Int]
  /// The groups that the convolution computes as one, and the channels of each. The weights between two groups are
  /// zero.
  package let mergedGroups: Int
  package let groupOutputs: Int
  package let groupInputs: Int

  package init(
    values: UnsafePointer<Float>, groupStride: Int, outputStride: Int, inputStride: Int, taps: [Int],
    mergedGroups: Int, groupOutputs: Int, groupInputs: Int
  ) {
    self.values = values
    self.groupStride = groupStride
    self.outputStride = outputStride
    self.inputStride = inputStride
    self.taps = taps
    self.mergedGroups = mergedGroups
    self.groupOutputs = groupOutputs
    self.groupInputs = groupInputs
  }

  /// Offset of a kernel's value; `nil` where it is zero.
  ///
  /// - Parameters:
  ///   - group: one of the convolution's own, of which each is `mergedGroups` of the definition's.
  ///   - output: channel in the group, and `input` likewise.
  func offset(group: Int, output: Int, input: Int, tap: Int) -> Int? {
    let part = output / groupOutputs
    guard taps[tap] >= 0, part == input / groupInputs else { return nil }
    return (group * mergedGroups + part) * groupStride + output % groupOutputs * outputStride
      + input % groupInputs * inputStride + taps[tap]
  }
}
