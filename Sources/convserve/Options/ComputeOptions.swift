import ArgumentParser
import Foundation
import ImageInput
import InferenceRuntime
import ModelServing

/// How images are decoded, gathered and computed.
struct ComputeOptions: ParsableArguments {
  @Option(name: .long, help: "Threads for each model's computation. (default: the number of processors)")
  var threads: String?

  @Flag(
    name: .long,
    help: """
      Keeps each of a model's threads on a processor of its own: steadier where nothing else computes, slower where \
      something does. Without effect where there are fewer processors.
      """)
  var pinThreads = false

  @Option(name: .long, help: "Kernels: amx, avx512, avx2 or portable. (default: the first that the processor has)")
  var cpu: String?

  @Option(
    name: .long,
    help: """
      How the threads share a batch: one (all on each image), per-thread (each takes images of its \
      own), or auto, whichever is faster for a batch of its size. (default: auto)
      """)
  var instances: String?

  @Option(name: .long, help: "Most images computed together. (default: 8)")
  var maxBatchSize: String?

  @Option(name: .long, help: "Milliseconds that an image may wait for company once it could be computed. (default: 2)")
  var maxQueueDelay: String?

  @Option(name: .long, help: "Most images admitted and not yet answered, for each model. (default: 128)")
  var queueCapacity: String?

  @Option(
    name: .long,
    help: """
      How JPEGs are decoded: exact, every pixel; or scaled, those of at least twice the needed size at 1/2, 1/4 or 1/8. \
      (default: \(JPEGDecoding.standard.rawValue))
      """)
  var jpegDecoding: String?

  func serving(
    _ settings: Settings, limits: DecodingLimits, protection: Protection, algorithms: AlgorithmCache
  ) -> ServingConfiguration {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    return ServingConfiguration(
      threadCount: settings.integer("threads", threads, 1...256, default: processors),
      pinsThreads: settings.flag("pin-threads", pinThreads),
      engine: .tiled(kernels(settings)),
      parallelism: settings.choice("instances", instances, default: .fastest),
      selection: .measured(algorithms),
      batching: batching(settings),
      decodingLimits: limits, maximumRequestPixels: protection.maximumRequestPixels,
      maximumPixelsInFlight: protection.maximumPixelsInFlight,
      jpegDecoding: settings.choice("jpeg-decoding", jpegDecoding, default: .standard))
  }

  private func kernels(_ settings: Settings) -> ProcessorKernels {
    settings.choice("cpu", cpu, default: .best) { $0.complaint }
  }

  private func batching(_ settings: Settings) -> BatchQueue.Configuration {
    BatchQueue.Configuration(
      maximumBatchSize: settings.integer("max-batch-size", maxBatchSize, 1...256, default: 8),
      maximumDelay: .milliseconds(settings.integer("max-queue-delay", maxQueueDelay, 0...10_000, default: 2)),
      capacity: settings.integer("queue-capacity", queueCapacity, 1...100_000, default: 128))
  }
}

extension JPEGDecoding: ExpressibleByArgument {}
