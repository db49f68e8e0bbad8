import ArgumentParser
import InferenceRuntime
import ModelServing

/// Which kernels compute.
struct EngineOptions: ParsableArguments {
  @Option(name: .long, help: "Kernels: avx512, avx2 or portable. (default: the widest that the processor has)")
  var cpu: ProcessorKernels?

  @Flag(name: .long, help: "Computes with OpenBLAS and plain loops instead, for comparison.")
  var reference = false

  func validate() throws {
    if let cpu { try requireSupported(cpu) }
  }

  var engine: Engine { reference ? .reference : .tiled(cpu ?? .best) }
}

/// - Throws: `ValidationError` naming the kernels that this processor runs.
func requireSupported(_ kernels: ProcessorKernels) throws {
  guard kernels.isSupported else {
    let supported = ProcessorKernels.allCases.filter(\.isSupported).map(\.rawValue).joined(separator: ", ")
    throw ValidationError("this processor does not have the instructions of \(kernels.rawValue); it runs \(supported)")
  }
}

extension ProcessorKernels: ExpressibleByArgument {}
