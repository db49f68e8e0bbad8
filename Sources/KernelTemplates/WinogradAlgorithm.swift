/// The minimal filtering algorithms for 3x3 kernels, by stride and size of their tiles.
public enum WinogradAlgorithm: String, Sendable, CaseIterable {
  case f6 = "winograd-f6"
  case f4 = "winograd-f4"
  case f2 = "winograd-f2"
  case f4Stride2 = "winograd-f4-stride2"
  case f2Stride2 = "winograd-f2-stride2"

  public var scheme: any WinogradScheme.Type {
    switch self {
    case .f6: WinogradF6.self
    case .f4: WinogradF4.self
    case .f2: WinogradF2.self
    case .f4Stride2: WinogradF4Stride2.self
    case .f2Stride2: WinogradF2Stride2.self
    }
  }

  /// Products for each pair of channels of a tile.
  public var frequencies: Int { scheme.inputs * scheme.inputs }
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
