/// Sixteen fixed-point sums.
@usableFromInline
typealias Sums = SIMD16<Int32>

/// Sixteen samples as numbers to multiply.
///
/// Spelled out lane by lane: the conversion of the standard library is a call for each vector.
@inlinable @inline(__always)
func widened(_ samples: UnsafePointer<UInt8>) -> Sums {
  let v = UnsafeRawPointer(samples).loadUnaligned(as: SIMD16<UInt8>.self)
  return Sums(
    Int32(v[0]), Int32(v[1]), Int32(v[2]), Int32(v[3]), Int32(v[4]), Int32(v[5]), Int32(v[6]), Int32(v[7]),
    Int32(v[8]), Int32(v[9]), Int32(v[10]), Int32(v[11]), Int32(v[12]), Int32(v[13]), Int32(v[14]), Int32(v[15]))
}

/// The lowest eight bits of each lane.
@inlinable @inline(__always)
func narrowed(_ v: Sums) -> SIMD16<UInt8> {
  func low(_ lane: Int) -> UInt8 { UInt8(truncatingIfNeeded: v[lane]) }
  return SIMD16(
    low(0), low(1), low(2), low(3), low(4), low(5), low(6), low(7),
    low(8), low(9), low(10), low(11), low(12), low(13), low(14), low(15))
}

@inlinable @inline(__always)
func converted(_ v: Sums) -> SIMD16<Float> {
  SIMD16(
    Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]), Float(v[4]), Float(v[5]), Float(v[6]), Float(v[7]),
    Float(v[8]), Float(v[9]), Float(v[10]), Float(v[11]), Float(v[12]), Float(v[13]), Float(v[14]), Float(v[15]))
}

/// Where sums start, so that dropping the fraction rounds.
@inlinable
var half: Int32 { 1 &<< (ImageKernels.fractionBits &- 1) }

/// Sums, which started at `half`, as samples from 0 to 255.
@inlinable @inline(__always)
func samples(_ sums: Sums) -> Sums {
  let whole = sums &>> Sums(repeating: ImageKernels.fractionBits)
  // In signs and masks: comparisons of vectors work lane by lane where there are no mask registers.
  let positive = whole & ~(whole &>> Sums(repeating: 31))
  let excess = positive &- Sums(repeating: 255)
  return positive &- (excess & ~(excess &>> Sums(repeating: 31)))
}
