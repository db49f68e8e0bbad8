/// One dimension of a minimal filtering algorithm F(m, r): `inputs` values of the map give `outputs` sums over r
/// neighbours with `inputs` multiplications. Two dimensions apply it to columns, then to rows.
///
/// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016, section 4. The transforms are those of
/// Toom and Cook for the points that each scheme names (Blahut, Fast Algorithms for Signal Processing, chapter 5).
public protocol WinogradScheme: SendableMetatype {
  /// Output positions on an edge of a tile, m.
  static var outputs: Int { get }

  /// Neighbours that are summed up, r.
  static var taps: Int { get }

  /// Values of the map that a tile reads on an edge, and products that it takes there.
  static var inputs: Int { get }

  /// Positions of the map between neighbouring outputs.
  static var stride: Int { get }

  /// The transform of the map, `B^T d`.
  static func transformInput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void)

  /// The inverse transform, `A^T m`.
  static func transformOutput<ISA: InstructionSet>(
    _: ISA.Type, load: (Int) -> ISA.Vector, store: (Int, ISA.Vector) -> Void)

  /// The transform of a kernel's values, `G g`; in double precision, since it is done once.
  static func transformKernel(_ tap: (Int) -> Double, store: (Int, Double) -> Void)
}

extension WinogradScheme {
  @inlinable @inline(__always)
  public static var taps: Int { 3 }

  @inlinable @inline(__always)
  public static var stride: Int { 1 }
}

/// The numbers of a scheme, for those who plan with it.
public struct WinogradShape: Hashable, Sendable {
  public let outputs: Int
  public let taps: Int
  public let inputs: Int
  public let stride: Int

  init<Scheme: WinogradScheme>(_: Scheme.Type) {
    outputs = Scheme.outputs
    taps = Scheme.taps
    inputs = Scheme.inputs
    stride = Scheme.stride
  }
}
