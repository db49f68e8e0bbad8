import CIntrinsics
import KernelTemplates
import KernelsAMX
import KernelsAVX2
import KernelsAVX512
import KernelsPortable

/// The instruction sets that kernels exist for, the fastest first. The raw values are the names that `--cpu` accepts.
public enum ProcessorKernels: String, CaseIterable, Sendable {
  /// The kernels of `avx512`, and products of split f32 values on the tile registers of AMX as further algorithms.
  case amx
  /// AVX-512 with the features of x86-64-v4: 32 registers of 16 floats.
  case avx512
  /// AVX2 with fused multiply-add: 16 registers of 8 floats.
  case avx2
  /// Kernels without instructions of a particular processor: vectors of 4 floats.
  case portable

  /// The first instruction set in the order of the cases that this processor supports.
  public static let best = allCases.first(where: \.isSupported)!

  /// Whether this processor has the instructions, and the operating system allows the process to use them. The first
  /// call for `amx` asks Linux for the permission to use AMX.
  public var isSupported: Bool {
    switch self {
    case .amx: convserve_supports_amx()
    case .avx512: convserve_supports_avx512()
    case .avx2: convserve_supports_avx2()
    case .portable: true
    }
  }

  package var kernels: KernelSet {
    switch self {
    case .amx: Self.amxKernels
    case .avx512: .avx512
    case .avx2: .avx2
    case .portable: .portable
    }
  }

  private static let amxKernels: KernelSet = {
    #if arch(x86_64)
      // Without having been allowed to use them, the process would end at the first tile.
      precondition(Self.amx.isSupported, "this processor has no AMX, or the system does not allow it")
      return .avx512.adding(.amx, name: Self.amx.rawValue)
    #else
      preconditionFailure("there is no AMX on this processor")
    #endif
  }()
}
