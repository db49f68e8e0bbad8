import HTTPServer
import ImageInput
import InferenceRuntime
import Logging
import ModelServing

/// Everything that can be set about a server: option before environment before file before default.
struct Configuration {
  let models: String
  let defaultModel: String?
  /// Nil: the directory of models is looked at only when somebody asks.
  let modelPollInterval: Duration?
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
  let logFormat: LogFormat
  let protection: Protection
  /// Nil: neither datasets nor jobs are taken.
  let jobs: JobSettings?
  /// Why the configuration file, if there is one, says nothing. What else seems wrong may then be right, so nothing but
  /// this is to be named.
  let fileError: ConfigurationError?
  /// All that is wrong; defaults stand in its place.
  let errors: [ConfigurationError]
  let unknownVariables: [UnknownVariable]
  /// Where the hosts were given; nil: nowhere, they are the default.
  private let hostOrigin: SettingOrigin?

  /// Where the admin operations are, if not at the main address.
  var adminServer: ServerConfiguration? {
    protection.adminAddress.map { address in
      var configuration = server
      (configuration.hosts, configuration.port) = ([address.value.host], address.value.port)
      return configuration
    }
  }

  /// Each server's addresses with where somebody asked for them.
  var givenAddresses: [(server: ServerConfiguration, origin: SettingOrigin)] {
    let all: [(ServerConfiguration?, SettingOrigin?)] = [
      (server, hostOrigin), (adminServer, protection.adminAddress?.origin),
    ]
    return all.compactMap { server, origin in
      guard let server, let origin else { return nil }
      return (server, origin)
    }
  }

  init(_ options: ServeOptions, environment: [String: String]) {
    let file = Self.file(options.config, environment)
    fileError = file?.error
    let settings = Settings(environment: environment, file: try? file?.get())
    models = options.models.directory(settings)
    defaultModel = options.models.defaultName(settings)
    modelPollInterval = options.models.pollInterval(settings)
    algorithms = AlgorithmCacheFile(environment: environment)
    algorithmCache = algorithms.load()
    let decodingLimits = options.limits.decoding(settings)
    protection = Protection(options.protection, settings, maximumPixels: decodingLimits.maximumPixels)
    serving = options.computing.serving(
      settings, limits: decodingLimits, protection: protection, algorithms: algorithmCache)
    let bodies = options.limits.bodies(settings)
    let host = options.listening.hostName(settings)
    hostOrigin = host?.origin
    server = ServerConfiguration(
      hosts: [host?.value ?? "localhost"], port: options.listening.portNumber(settings),
      maximumConnections: options.listening.maximumConnections(settings),
      timeouts: options.times.timeouts(settings), bodyMemory: bodies.all,
      cors: options.listening.cors(settings))
    protection.complainOfAdminAddress(takenBy: server, settings)
    tls = options.tls.configuration(settings)
    maximumBodyBytes = bodies.one
    requestTimeout = options.times.request(settings)
    gracePeriod = options.times.grace(settings)
    jobs = options.jobs.configuration(settings, models: models)
    logLevel = options.logs.level(settings)
    logFormat = options.logs.format(settings)
    settings.refuseUnknownKeys()
    errors = fileError.map { [$0] } ?? settings.errors
    unknownVariables = settings.unknownVariables
  }

  private static func file(
    _ option: String?, _ environment: [String: String]
  ) -> Result<ConfigurationFile, ConfigurationError>? {
    let settings = Settings(environment: environment)
    let path = settings.value("config", option, whenEmpty: "is empty; leave it out for none")?.value
    if let error = settings.errors.first { return .failure(error) }
    return path.map { path in Result { () throws(ConfigurationError) in try ConfigurationFile(path: path) } }
  }
}

extension Result {
  fileprivate var error: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
