import ArgumentParser
import Foundation
import HTTPCore
import HTTPServer
import ImageInput
import InferenceRuntime
import Logging
import ModelServing

/// The options of `serve`. Each is `nil` unless given, so that the environment can speak before the default.
struct ServeOptions: ParsableArguments {
  @Option(name: .long, help: "Address or name to listen on; localhost means both loopbacks. (default: localhost)")
  var host: String?

  @Option(name: .long, help: "Port; 0 picks a free one. (default: 8080)")
  var port: String?

  @Option(name: .long, help: "Directory of models. (default: models)")
  var models: String?

  @Option(name: .long, help: "Model of /v1/classify. (default: the first by name)")
  var defaultModel: String?

  @Option(name: .long, help: "Threads for each model's computation. (default: the number of processors)")
  var threads: String?

  @Option(name: .long, help: "Kernels: avx512, avx2 or portable. (default: the widest that the processor has)")
  var cpu: String?

  @Option(
    name: .long,
    help: """
      How the threads share a batch: one (all on each layer), per-thread (each takes its own images), or auto, \
      whichever is faster for a batch of its size. (default: auto)
      """)
  var instances: String?

  @Option(name: .long, help: "Most images computed together. (default: 8)")
  var maxBatchSize: String?

  @Option(name: .long, help: "Milliseconds that an image may wait for company. (default: 2)")
  var maxQueueDelay: String?

  @Option(name: .long, help: "Most images admitted and not yet answered, for each model. (default: 128)")
  var queueCapacity: String?

  @Option(name: .long, help: "Seconds after which a request is given up. (default: 30)")
  var requestTimeout: String?

  @Option(name: .long, help: "Megabytes (2^20 bytes) that a body may have. (default: 32)")
  var maxBody: String?

  @Option(
    name: .long,
    help: """
      Megabytes (2^20 bytes) that the bodies of all requests may hold together; beyond it requests get 503. \
      (default: 8 times --max-body)
      """)
  var bodyMemory: String?

  @Option(name: .long, help: "Megapixels (10^6 pixels) that an image may have. (default: 50)")
  var maxPixels: String?

  @Option(
    name: .long,
    help: """
      How JPEGs are decoded: exact, every pixel; or scaled, those of at least twice the needed size at 1/2, 1/4 or 1/8. \
      (default: \(JPEGDecoding.standard.rawValue))
      """)
  var jpegDecoding: String?

  @Option(name: .long, help: "Connections served at a time. (default: 1024)")
  var maxConnections: String?

  @Option(name: .long, help: "Seconds that a connection may be idle between requests. (default: 60)")
  var idleTimeout: String?

  @Option(name: .long, help: "Seconds that a request's header may take. (default: 10)")
  var headerTimeout: String?

  @Option(name: .long, help: "Seconds that a request's body may pause. (default: 30)")
  var bodyTimeout: String?

  @Option(name: .long, help: "Seconds that a client may pause while it takes its answer. (default: 30)")
  var writeTimeout: String?

  @Option(
    name: .long,
    help: """
      Kilobytes (2^10 bytes) a second that a body or an answer must move on average, once its first pause would have \
      been over. (default: 8)
      """)
  var minRate: String?

  @Option(
    name: .long,
    help: """
      Origins whose pages may use the server from a browser (CORS), separated by commas, such as \
      https://example.org; * stands for all. (default: none)
      """)
  var corsOrigins: String?

  @Option(name: .long, help: "Seconds for accepted requests to finish when stopping. (default: 30)")
  var gracePeriod: String?

  @OptionGroup(title: "TLS") var tls: TLSOptions

  @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical. (default: info)")
  var logLevel: String?
}

/// Everything that can be set about a server; option before environment before default.
struct Configuration {
  let models: String
  let defaultModel: String?
  let server: ServerConfiguration
  /// Nil: plain HTTP.
  let tls: TLSConfiguration?
  let serving: ServingConfiguration
  let maximumBodyBytes: Int
  let requestTimeout: Duration
  let gracePeriod: Duration
  let algorithms: AlgorithmCacheFile
  let algorithmCache: AlgorithmCache
  let logLevel: Logger.Level

  /// - Throws: `ValidationError` naming the setting and what it takes.
  init(_ options: ServeOptions, environment: [String: String]) throws {
    let settings = Settings(environment: environment)
    models = settings.text("models", options.models) ?? "models"
    defaultModel = settings.text("default-model", options.defaultModel)
    let processors = ProcessInfo.processInfo.activeProcessorCount
    algorithms = AlgorithmCacheFile(environment: environment)
    algorithmCache = algorithms.load()
    serving = ServingConfiguration(
      threadCount: try settings.integer("threads", options.threads, 1...256, default: processors),
      engine: .tiled(try settings.kernels("cpu", options.cpu)),
      parallelism: try settings.choice("instances", options.instances, default: .fastest),
      selection: .measured(algorithmCache),
      batching: BatchQueue.Configuration(
        maximumBatchSize: try settings.integer("max-batch-size", options.maxBatchSize, 1...256, default: 8),
        maximumDelay: .milliseconds(
          try settings.integer("max-queue-delay", options.maxQueueDelay, 0...10_000, default: 2)),
        capacity: try settings.integer("queue-capacity", options.queueCapacity, 1...100_000, default: 128)),
      decodingLimits: DecodingLimits(
        maximumPixels: try settings.integer("max-pixels", options.maxPixels, 1...1000, default: 50) * 1_000_000),
      jpegDecoding: try settings.choice("jpeg-decoding", options.jpegDecoding, default: .standard))
    var timeouts = ServerConfiguration.Timeouts()
    timeouts.idle = .seconds(try settings.integer("idle-timeout", options.idleTimeout, 1...3600, default: 60))
    timeouts.header = .seconds(try settings.integer("header-timeout", options.headerTimeout, 1...3600, default: 10))
    timeouts.body = .seconds(try settings.integer("body-timeout", options.bodyTimeout, 1...3600, default: 30))
    timeouts.write = .seconds(try settings.integer("write-timeout", options.writeTimeout, 1...3600, default: 30))
    timeouts.minimumRate = try settings.integer("min-rate", options.minRate, 1...1_000_000, default: 8) << 10
    let maximumBody = try settings.integer("max-body", options.maxBody, 1...1024, default: 32)
    let bodyMemory = try settings.integer(
      // Less could never take the largest body that is accepted.
      "body-memory", options.bodyMemory, maximumBody...1_000_000, default: 8 * maximumBody)
    server = ServerConfiguration(
      hosts: [settings.text("host", options.host) ?? "localhost"],
      port: try settings.integer("port", options.port, 0...65_535, default: 8080),
      maximumConnections: try settings.integer("max-connections", options.maxConnections, 1...100_000, default: 1024),
      timeouts: timeouts, bodyMemory: bodyMemory << 20,
      cors: try settings.cors("cors-origins", options.corsOrigins))
    tls = try options.tls.configuration(settings)
    maximumBodyBytes = maximumBody << 20
    requestTimeout = .seconds(try settings.integer("request-timeout", options.requestTimeout, 1...3600, default: 30))
    gracePeriod = .seconds(try settings.integer("grace-period", options.gracePeriod, 0...3600, default: 30))
    logLevel = try settings.choice("log-level", options.logLevel, default: .info)
  }
}

/// Reads one setting after the other from its option or its environment variable.
struct Settings {
  let environment: [String: String]

  func text(_ name: String, _ option: String?) -> String? {
    let variable = "CONVSERVE_" + name.uppercased().replacing("-", with: "_")
    return option ?? environment[variable]
  }

  func integer(
    _ name: String, _ option: String?, _ range: ClosedRange<Int>, default fallback: Int
  ) throws -> Int {
    guard let text = text(name, option) else { return fallback }
    guard let value = Int(text), range.contains(value) else {
      throw ValidationError(
        "--\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
    }
    return value
  }

  func choice<Value: ExpressibleByArgument>(
    _ name: String, _ option: String?, default fallback: Value
  ) throws -> Value {
    guard let text = text(name, option) else { return fallback }
    guard let value = Value(argument: text) else {
      let accepted = Value.allValueStrings.joined(separator: ", ")
      throw ValidationError("--\(name) takes one of \(accepted), not \"\(text)\"")
    }
    return value
  }

  func cors(_ name: String, _ option: String?) throws -> CORSPolicy? {
    guard let text = text(name, option), !text.isEmpty else { return nil }
    do {
      return try CORSPolicy(origins: text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
    } catch {
      throw ValidationError("--\(name): \(error)")
    }
  }

  func kernels(_ name: String, _ option: String?) throws -> ProcessorKernels {
    let kernels: ProcessorKernels = try choice(name, option, default: .best)
    try requireSupported(kernels)
    return kernels
  }
}

extension JPEGDecoding: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
