/// `[count][4]` to `[3][count]`: the first three bytes of each pixel in planes of their own.
///
/// The count is a multiple of `ImageKernels.rowAlignment`.
@inlinable @inline(__always)
func separatePlanes<ISA: InstructionSet>(_: ISA.Type, _ arguments: PixelRowArguments) {
  let target = UnsafeMutableRawPointer(arguments.target)
  for x in stride(from: 0, to: arguments.count, by: ImageKernels.rowAlignment) {
    let pixels = UnsafeRawPointer(arguments.source).loadUnaligned(fromByteOffset: x &* 4, as: Sums.self)
    for plane in 0..<3 {
      let samples = narrowed(pixels &>> Sums(repeating: Int32(plane) &* 8))
      target.storeBytes(of: samples, toByteOffset: plane &* arguments.count &+ x, as: SIMD16<UInt8>.self)
    }
  }
}
