import ArgumentParser
import InferenceRuntime
import ModelServing

/// Which kernels compute.
struct EngineOptions: ParsableArguments {
  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: ProcessorKernels?

  @Option(name: .long, help: "How the threads share a batch. (default: auto)")
  var instances: Parallelism?

  @Flag(name: .long, help: "Computes with OpenBLAS and plain loops instead, for comparison.")
  var reference = false

  func validate() throws {
    if let complaint = cpu?.complaint { throw ValidationError("--cpu \(complaint)") }
  }

  var parallelism: Parallelism { instances ?? .fastest }

  var engine: Engine { reference ? .reference : .tiled(cpu ?? .best) }
}

extension ProcessorKernels {
  /// Why these kernels cannot be had, with those that this processor runs; `nil` where they can.
  var complaint: String? {
    guard !isSupported else { return nil }
    let supported = Self.allCases.filter(\.isSupported).map(\.rawValue).joined(separator: ", ")
    return "asks for instructions of \(rawValue) that this processor does not have; it runs \(supported)"
  }
}

extension ProcessorKernels: ExpressibleByArgument {}

/// As `--instances` takes it.
extension Parallelism: ExpressibleByArgument {
  public init?(argument: String) {
    guard let choice = Self.allCases.first(where: { $0.argument == argument }) else { return nil }
    self = choice
  }

  public static var allValueStrings: [String] { allCases.map(\.argument) }

  public static var allValueDescriptions: [String: String] {
    [String: String](uniqueKeysWithValues: allCases.map { ($0.argument, $0.explanation) })
  }

  private var argument: String {
    switch self {
    case .together: "one"
    case .apart: "per-thread"
    case .fastest: "auto"
    }
  }

  private var explanation: String {
    switch self {
    case .together: "all on each image"
    case .apart: "each takes images of its own"
    case .fastest: "whichever is faster for a batch of its size"
    }
  }
}
