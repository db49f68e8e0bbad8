/// A row of pixels of four bytes, taken apart into three planes.
public struct PlaneSeparationArguments {
  /// `[count][4]`
  public var source: UnsafePointer<UInt8>
  /// A multiple of `ImageKernels.rowAlignment`.
  public var count: Int
  /// `[3][count]`
  public var target: UnsafeMutablePointer<UInt8>

  @inlinable
  public init(source: UnsafePointer<UInt8>, count: Int, target: UnsafeMutablePointer<UInt8>) {
    self.source = source
    self.count = count
    self.target = target
  }
}

@inlinable @inline(__always)
func separatePlanes<ISA: InstructionSet>(_: ISA.Type, _ arguments: PlaneSeparationArguments) {
  let target = UnsafeMutableRawPointer(arguments.target)
  for x in stride(from: 0, to: arguments.count, by: ImageKernels.rowAlignment) {
    let pixels = UnsafeRawPointer(arguments.source).loadUnaligned(fromByteOffset: x &* 4, as: Sums.self)
    for plane in 0..<3 {
      let samples = narrowed(pixels &>> Sums(repeating: Int32(plane) &* 8))
      target.storeBytes(of: samples, toByteOffset: plane &* arguments.count &+ x, as: SIMD16<UInt8>.self)
    }
  }
}
