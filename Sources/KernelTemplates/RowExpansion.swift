/// `[count][3]` RGB to `[count][4]`: red, green, blue and a byte without meaning.
@inlinable @inline(__always)
func expandColour<ISA: InstructionSet>(_: ISA.Type, _ arguments: PixelRowArguments) {
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

/// `[count][3]` RGB to `[count][4]`: luma by the weights of ITU-R 601, 0.299 R + 0.587 G + 0.114 B in 16-bit fixed point,
/// rounded, and three zeros.
@inlinable @inline(__always)
func expandLuma<ISA: InstructionSet>(_: ISA.Type, _ arguments: PixelRowArguments) {
  let target = UnsafeMutableRawPointer(arguments.target)
  for pixel in 0..<arguments.count {
    let red = UInt32(arguments.source[pixel &* 3]) &* 19595
    let green = UInt32(arguments.source[pixel &* 3 &+ 1]) &* 38470
    let blue = UInt32(arguments.source[pixel &* 3 &+ 2]) &* 7471
    let luma = (red &+ green &+ blue &+ 0x8000) &>> 16
    target.storeBytes(of: luma.littleEndian, toByteOffset: pixel &* 4, as: UInt32.self)
  }
}
