/// A row of RGB, three bytes a pixel, brought to four bytes a pixel.
public struct RowExpansionArguments {
  /// `[count][3]`
  public var source: UnsafePointer<UInt8>
  /// At least one.
  public var count: Int
  /// `[count][4]`
  public var target: UnsafeMutablePointer<UInt8>

  @inlinable
  public init(source: UnsafePointer<UInt8>, count: Int, target: UnsafeMutablePointer<UInt8>) {
    self.source = source
    self.count = count
    self.target = target
  }
}

/// Red, green, blue and a byte without meaning.
@inlinable @inline(__always)
func expandColour<ISA: InstructionSet>(_: ISA.Type, _ arguments: RowExpansionArguments) {
  let source = UnsafeRawPointer(arguments.source)
  let target = UnsafeMutableRawPointer(arguments.target)
  // Four pixels at a time: sixteen bytes are read, of which twelve are theirs, so that the row's end is left over.
  let vectors = max(0, (arguments.count &- 2) / 4)
  for vector in 0..<vectors {
    let v = source.loadUnaligned(fromByteOffset: vector &* 12, as: SIMD16<UInt8>.self)
    let pixels = SIMD16(
      v[0], v[1], v[2], v[2], v[3], v[4], v[5], v[5], v[6], v[7], v[8], v[8], v[9], v[10], v[11], v[11])
    target.storeBytes(of: pixels, toByteOffset: vector &* 16, as: SIMD16<UInt8>.self)
  }
  for pixel in vectors &* 4..<arguments.count {
    for channel in 0..<3 { arguments.target[pixel &* 4 &+ channel] = arguments.source[pixel &* 3 &+ channel] }
  }
}

/// Luma by the weights of ITU-R 601, 0.299 R + 0.587 G + 0.114 B in 16-bit fixed point, rounded, and three zeros.
@inlinable @inline(__always)
func expandLuma<ISA: InstructionSet>(_: ISA.Type, _ arguments: RowExpansionArguments) {
  let target = UnsafeMutableRawPointer(arguments.target)
  for pixel in 0..<arguments.count {
    let red = UInt32(arguments.source[pixel &* 3]) &* 19595
    let green = UInt32(arguments.source[pixel &* 3 &+ 1]) &* 38470
    let blue = UInt32(arguments.source[pixel &* 3 &+ 2]) &* 7471
    let luma = (red &+ green &+ blue &+ 0x8000) &>> 16
    target.storeBytes(of: luma.littleEndian, toByteOffset: pixel &* 4, as: UInt32.self)
  }
}
