import KernelTemplates
import KernelTestSupport

@testable import InferenceRuntime

/// The kernels that algorithms are tested on.
enum KernelSets {
  /// Those of every instruction set that this processor has, and plain ones for the algorithms of AMX, which run on
  /// every processor.
  static let all: [KernelSet] = ProcessorKernels.allCases.filter(\.isSupported).map(\.kernels) + [.plainSplit]

  /// One pool for each number of threads: idle threads sleep.
  static func pool(threads: Int) -> WorkerPool { pools[threads - 1] }

  private static let pools = (1...4).map { WorkerPool(threadCount: $0) }
}
