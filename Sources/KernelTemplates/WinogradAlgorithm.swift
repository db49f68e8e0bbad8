/// The minimal filtering algorithms for 3x3 kernels, by stride and size of their tiles.
public enum WinogradAlgorithm: String, Sendable, CaseIterable {
  case f6 = "winograd-f6"
  case f4 = "winograd-f4"
  case f2 = "winograd-f2"
  case f4Stride2 = "winograd-f4-stride2"
  case f2Stride2 = "winograd-f2-stride2"

  public var shape: WinogradShape {
    switch self {
    case .f6: WinogradShape(WinogradF6.self)
    case .f4: WinogradShape(WinogradF4.self)
    case .f2: WinogradShape(WinogradF2.self)
    case .f4Stride2: WinogradShape(WinogradF4Stride2.self)
    case .f2Stride2: WinogradShape(WinogradF2Stride2.self)
    }
  }

  /// Products for each pair of channels of a tile.
  public var frequencies: Int { shape.inputs * shape.inputs }
}

/// The transforms of one algorithm, compiled for one instruction set.
public struct WinogradKernels: Sendable {
  public let input: @Sendable (WinogradInputArguments) -> Void
  public let output: @Sendable (WinogradOutputArguments) -> Void

  @inlinable @inline(__always)
  init<ISA: InstructionSet, Scheme: WinogradScheme>(_: ISA.Type, _: Scheme.Type) {
    input = { WinogradTransform<ISA, Scheme>.input($0) }
    output = { WinogradTransform<ISA, Scheme>.output($0) }
  }
}
