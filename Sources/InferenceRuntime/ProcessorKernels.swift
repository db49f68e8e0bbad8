import CIntrinsics
import KernelTemplates
import KernelsAMX
import KernelsAVX2
import KernelsAVX512
import KernelsPortable

/// The instruction sets that kernels exist for.
public enum ProcessorKernels: String, CaseIterable, Sendable {
  /// As `avx512`, and split products on the tiles of AMX where measuring finds them faster.
  case amx
  /// AVX-512 with the features of x86-64-v4: 32 registers of 16 values.
  case avx512
  /// AVX2 with fused multiply-add: 16 registers of 8 values.
  case avx2
  /// What every processor has: 4 values at a time.
  case portable

  /// The first kernels that this processor runs.
  public static let best = allCases.first(where: \.isSupported)!

  /// Whether this processor has the instructions, and the system allows them: a process has to ask for AMX, which this does.
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
