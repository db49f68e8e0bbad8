import ArgumentParser
import Foundation
import HTTPServer
import Logging
import TestSupport
import Testing

@testable import convserve

@Suite("Configuration")
struct ConfigurationTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.url.appendingPathComponent("server.yaml").path
  }

  private func configuration(
    _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil
  ) throws -> Configuration {
    if let file { try folder.write(file, to: "server.yaml") }
    let options = try ServeOptions.parse(arguments + (file == nil ? [] : ["--config", path]))
    return Configuration(options, environment: environment)
  }

  @Test("an option wins over the environment, which wins over the file, which wins over the default")
  func precedence() throws {
    let environment = ["CONVSERVE_PORT": "2", "CONVSERVE_MAX_BODY": "2"]
    let file = "port: 3\nmax-body: 3\nmax-connections: 3\n"
    let all = try configuration(["--port", "1"], environment: environment, file: file)
    #expect(all.errors == [])
    #expect(all.server.port == 1)
    #expect(all.maximumBodyBytes == 2 << 20)
    #expect(all.server.maximumConnections == 3)
    #expect(all.requestTimeout == .seconds(30))
  }

  @Test("the environment may name the file")
  func fileOfTheEnvironment() throws {
    try folder.write("log-level: error", to: "server.yaml")
    let configuration = try configuration(environment: ["CONVSERVE_CONFIG": path])
    #expect(configuration.errors == [])
    #expect(configuration.logLevel == .error)
  }

  @Test("a list may be a list in the file, or text with commas anywhere")
  func lists() throws {
    let origins = "https://a.example, https://b.example"
    let list = try configuration(file: "cors-origins:\n  - https://a.example\n  - https://b.example\n")
    #expect(list.errors == [])
    #expect(list.server.cors != nil)
    #expect(try configuration(["--cors-origins", origins]).server.cors == list.server.cors)
    #expect(try configuration(file: "cors-origins: \(origins)").server.cors == list.server.cors)
  }

  @Test("a file of comments alone sets nothing", arguments: ["", "# nothing\n", "---\n"])
  func emptyFile(_ text: String) throws {
    let configuration = try configuration(file: text)
    #expect(configuration.errors == [])
    #expect(configuration.server.port == 8080)
  }

  @Test("a file that is not in UTF-8 is refused, not read with other characters in it")
  func otherEncoding() throws {
    try Data("models: /srv/mod\u{E8}les\n".unicodeScalars.map { UInt8($0.value) }).write(to: URL(fileURLWithPath: path))
    let errors = try configuration(["--config", path]).errors
    #expect(errors.map(\.description) == ["the configuration file \(path) cannot be read: it is not in UTF-8"])
  }

  @Test(
    "a line that cannot be taken is named by its number, with what is accepted",
    arguments: [
      ("# first\n\nport: 70000", "line 3: port takes a whole number from 0 to 65535, not \"70000\""),
      ("port: [80, 81]", "line 1: port takes a whole number from 0 to 65535, not a list"),
      ("port:\n  http: 80", "line 1: port takes a whole number from 0 to 65535, not nested values"),
      ("host: a\nthreads:\n", "line 2: threads takes a whole number from 1 to 256, not nothing"),
      ("cpu: neon", "line 1: cpu takes one of amx, avx512, avx2, portable, not \"neon\""),
      ("log-level: true", "line 1: log-level takes one of trace, debug, info"),
      ("cors-origins: [example.org]", "line 1: cors-origins does not take this: \"example.org\" is not an origin"),
      (
        "cors-origins: [https://a.example, [x]]",
        "line 1: cors-origins takes values separated by commas, or a list of them, not nested values"
      ),
      ("port: 0x50", "line 1: port takes a whole number from 0 to 65535, not \"0x50\""),
      ("max-body: 64\nbody-memory: 32", "line 2: body-memory takes a whole number from 64 to 1000000, not \"32\""),
      (
        "port: 80\nprot: 80",
        "line 2: prot is not the name of a setting; accepted: admin-listen, api-keys, body-memory, "
      ),
      ("config: other.yaml", "line 1: config is not the name of a setting"),
      ("- port", "it holds a list instead of lines `name: value`"),
      ("port: 1\nport: 2", "line 2: port is given more than once"),
      ("# port: 0\nport: 1\n\nmax-body: 2\nport : 3\n", "line 5: port is given more than once"),
      ("\"port\": 1\n\nport: 2\n", "line 3: port is given more than once"),
      ("port: 1\n'port' : 2\n", "line 2: port is given more than once"),
      ("{port: 1, port: 2}", "line 1: port is given more than once"),
      ("host: \"\"", "line 1: host takes an address or a name, not \"\""),
      ("rate-burst: 5", "line 1: rate-burst needs --rate-limit"),
      ("rate-limit: 0.0001", "line 1: rate-limit takes requests a second from 0.001 to 1000000, not \"0.0001\""),
      ("tls-client-verification: optional", "line 1: tls-client-verification needs --tls-client-ca"),
      ("port: [", "not YAML: "),
      ("api-keys: ''", "line 1: api-keys is empty; leave it out for the default"),
      ("tls-certificate: []\ntls-key: k.pem", "line 1: tls-certificate is empty; leave it out for the default"),
      ("tls-certificate: [a, b]\ntls-key: [k, '']", "line 2: tls-key has an empty value among others"),
    ])
  func wrongLine(text: String, complaint: String) throws {
    let errors = try configuration(file: text).errors
    #expect(errors.count == 1)
    #expect(errors.first?.description.contains(complaint) == true, "\(errors)")
    #expect(errors.first?.description.contains(path) == true)
    #expect(errors.first?.isOfCommandLine == false)
  }

  @Test("whoever gave a value is to blame for it")
  func blame() throws {
    let option = try configuration(["--port", "a"], environment: ["CONVSERVE_PORT": "b"], file: "port: c").errors
    #expect(option.map(\.description) == ["--port takes a whole number from 0 to 65535, not \"a\""])
    #expect(option.first?.isOfCommandLine == true)
    let variable = try configuration(environment: ["CONVSERVE_PORT": "b"], file: "port: c").errors
    #expect(
      variable.map(\.description) == [
        "the environment variable CONVSERVE_PORT takes a whole number from 0 to 65535, not \"b\""
      ])
  }

  private static let emptySettings = [
    "admin-listen", "api-keys", "config", "cors-origins", "cpu", "default-model", "host", "insecure",
    "jobs-directory", "log-level",
    "models", "open-operations", "port", "rate-limit", "tls-certificate", "tls-client-ca", "tls-key",
  ]

  @Test("an empty value stands for nothing, and is refused where it was given", arguments: emptySettings)
  func emptyValue(name: String) throws {
    let variable = Settings.variable(name)
    let errors = try configuration(environment: [variable: ""]).errors.map(\.description)
    #expect(errors.count == 1)
    #expect(errors.first?.hasPrefix("the environment variable \(variable) ") == true, "\(errors)")
    if name == "insecure" { return }
    let option = try configuration(["--\(name)", ""]).errors
    #expect(option.count == 1)
    #expect(option.first?.isOfCommandLine == true, "\(option)")
  }

  @Test("certificates and keys that are all empty do not add up to plain HTTP", arguments: ["", ",", " , "])
  func emptyPairs(text: String) throws {
    let configuration = try configuration(
      environment: ["CONVSERVE_TLS_CERTIFICATE": text, "CONVSERVE_TLS_KEY": text])
    #expect(configuration.errors.count == 2)
  }

  @Test(
    "a variable that begins like a setting's and is none is mentioned, with the nearest one",
    arguments: [
      ("CONVSERVE_MAX_BDOY", "CONVSERVE_MAX_BODY"), ("CONVSERVE_TREADS", "CONVSERVE_THREADS"),
      ("CONVSERVE_APIKEYS", "CONVSERVE_API_KEYS"), ("CONVSERVE_SOMETHING_ELSE", nil),
    ] as [(String, String?)])
  func unknownVariables(name: String, nearest: String?) throws {
    let known = ["CONVSERVE_PORT": "1", "CONVSERVE_CONFIG": path, "PATH": "/bin"]
    let configuration = try configuration(environment: known.merging([name: "x"]) { $1 }, file: "threads: 1")
    #expect(configuration.errors == [])
    #expect(configuration.unknownVariables.map(\.name) == [name])
    #expect(configuration.unknownVariables.map(\.nearest) == [nearest])
  }

  @Test("all that is wrong is named, not the first alone")
  func everything() throws {
    let errors = try configuration(
      ["--threads", "0"], environment: ["CONVSERVE_MIN_RATE": "0"], file: "port: x\nwhat: 1\never: 2\n"
    ).errors
    #expect(errors.count == 5)
  }
}
