/// Four rows of pixels of four bytes, brought to another width.
public struct RowResamplingArguments {
  public typealias Rows<Pointer> = (Pointer, Pointer, Pointer, Pointer)

  /// `[pixels][4]`, with as many pixels behind the last one as a group of weights may reach.
  public var sources: Rows<UnsafePointer<UInt8>>
  /// `[width][4]`
  public var targets: Rows<UnsafeMutablePointer<UInt8>>
  public var width: Int
  /// For each pixel of the targets the first pixel of the sources that counts.
  public var starts: UnsafePointer<Int32>
  /// `[width][groupCount][groupSize][4]`: each weight four times, once for each byte of its pixel.
  public var weights: UnsafePointer<Int32>
  public var groupCount: Int

  @inlinable
  public init(
    sources: Rows<UnsafePointer<UInt8>>, targets: Rows<UnsafeMutablePointer<UInt8>>, width: Int,
    starts: UnsafePointer<Int32>, weights: UnsafePointer<Int32>, groupCount: Int
  ) {
    self.sources = sources
    self.targets = targets
    self.width = width
    self.starts = starts
    self.weights = weights
    self.groupCount = groupCount
  }
}

/// Four rows at a time, so that weights are read once for all of them.
@inlinable @inline(__always)
func resampleRows<ISA: InstructionSet>(_: ISA.Type, _ arguments: RowResamplingArguments) {
  let (source0, source1, source2, source3) = arguments.sources
  var weights = UnsafeRawPointer(arguments.weights)
  for x in 0..<arguments.width {
    var offset = Int(arguments.starts[x]) &* 4
    var sums = (Sums(repeating: 0), Sums(repeating: 0), Sums(repeating: 0), Sums(repeating: 0))
    for _ in 0..<arguments.groupCount {
      let group = weights.loadUnaligned(as: Sums.self)
      sums.0 &+= widened(source0 + offset) &* group
      sums.1 &+= widened(source1 + offset) &* group
      sums.2 &+= widened(source2 + offset) &* group
      sums.3 &+= widened(source3 + offset) &* group
      weights += MemoryLayout<Sums>.size
      offset &+= MemoryLayout<SIMD16<UInt8>>.size
    }
    let pixels = Sums(
      lowHalf: SIMD8(lowHalf: total(sums.0), highHalf: total(sums.1)),
      highHalf: SIMD8(lowHalf: total(sums.2), highHalf: total(sums.3)))
    store(narrowed(samples(pixels &+ Sums(repeating: half))), at: x, arguments.targets)
  }
}

/// The sum of a group's four pixels.
@inlinable @inline(__always)
func total(_ sums: Sums) -> SIMD4<Int32> {
  let pairs = sums.lowHalf &+ sums.highHalf
  return pairs.lowHalf &+ pairs.highHalf
}

/// One pixel into each of four rows.
@inlinable @inline(__always)
func store(
  _ pixels: SIMD16<UInt8>, at x: Int, _ targets: RowResamplingArguments.Rows<UnsafeMutablePointer<UInt8>>
) {
  let pixels = unsafeBitCast(pixels, to: SIMD4<UInt32>.self)
  UnsafeMutableRawPointer(targets.0).storeBytes(of: pixels[0], toByteOffset: x &* 4, as: UInt32.self)
  UnsafeMutableRawPointer(targets.1).storeBytes(of: pixels[1], toByteOffset: x &* 4, as: UInt32.self)
  UnsafeMutableRawPointer(targets.2).storeBytes(of: pixels[2], toByteOffset: x &* 4, as: UInt32.self)
  UnsafeMutableRawPointer(targets.3).storeBytes(of: pixels[3], toByteOffset: x &* 4, as: UInt32.self)
}
