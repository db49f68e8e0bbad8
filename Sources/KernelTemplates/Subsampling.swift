/// One block, `[inputHeight][inputWidth][lanes]` to `[outputHeight][outputWidth][lanes]`: of the map, what a strided
/// pointwise window without padding reads.
public func subsampleBlock(
  _ source: UnsafePointer<Float>, _ geometry: WindowGeometry, lanes: Int, into target: UnsafeMutablePointer<Float>
) {
  for row in 0..<geometry.outputHeight {
    let sourceLine = source + row * geometry.strideHeight * geometry.inputWidth * lanes
    let line = target + row * geometry.outputWidth * lanes
    for column in 0..<geometry.outputWidth {
      (line + column * lanes).update(from: sourceLine + column * geometry.strideWidth * lanes, count: lanes)
    }
  }
}
