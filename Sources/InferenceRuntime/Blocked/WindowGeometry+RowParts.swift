import KernelTemplates

extension WindowGeometry {
  /// Parts into which the output rows of one block of channels are cut, so that a part is worth a task of its own.
  func rowParts(lanes: Int) -> Int {
    min(max(outputArea * kernelArea * lanes / 500_000, 1), outputHeight)
  }
}
