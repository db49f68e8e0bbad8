import Foundation
import TestSupport
import Testing

@Suite("Commands", .timeLimit(.minutes(5)))
struct CommandTests {
  private let convserve: ConvServe

  init() throws { convserve = try ConvServe() }

  @Test("classify prints a table of the best classes")
  func classify() async throws {
    let result = try await convserve.run(["classify", "photo.jpg", "--top-k", "3"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    try #require(lines.count == 6)
    #expect(lines[0].joined(separator: " ") == "photo.jpg (240 x 160)")
    #expect(lines[1] == ["rank", "probability", "label", "id"])
    #expect(lines[3...].map { $0[0] } == ["1", "2", "3"])
    #expect(lines[3] == ["1", "84.94", "%", "cat"])
  }

  @Test(
    "of several models classify and embed take a server's default, and say which", arguments: ["classify", "embed"])
  func defaultModel(command: String) async throws {
    try convserve.folder.copy(Checkout.model, to: "models/another")
    let result = try await convserve.run([command, "photo.jpg", "--json"])
    #expect(result.errors.hasPrefix("Note: the model is another, the first of 2 by name"), "\(result.errors)")
    #expect(result.errors.contains("resnet8-cifar10") && result.errors.split(separator: "\n").count == 1)
    #expect(result.output.contains(#""another""#))
    let named = try await convserve.run(
      [command, "photo.jpg", "--json"], environment: ["CONVSERVE_DEFAULT_MODEL": "resnet8-cifar10"])
    #expect(named.errors == "" && named.output.contains(#""resnet8-cifar10""#))
  }

  @Test("classify decodes a JPEG at a reduced size where it is told to, and tells its own size")
  func classifyReduced() async throws {
    let exact = try await convserve.run(["classify", "photo.jpg", "--scores", "logit"])
    let reduced = try await convserve.run(["classify", "photo.jpg", "--scores", "logit", "--jpeg-decoding", "scaled"])
    #expect(reduced.output.hasPrefix("photo.jpg (240 x 160)\n"))
    #expect(reduced.output != exact.output)
  }

  @Test("classify --json prints what the server answers, one prediction an image")
  func classifyJSON() async throws {
    try convserve.folder.copy(Checkout.images.appendingPathComponent("rgb.png"), to: "other/rgb.png")
    let answer = try await convserve.json([
      "classify", "photo.jpg", "other/rgb.png", "--json", "--crop", "ten", "--scores", "logit",
    ])
    #expect(answer["model"] as? String == "resnet8-cifar10")
    let predictions = try #require(answer["predictions"] as? [[String: Any]])
    #expect(predictions.map { $0["image"] as? String } == ["photo.jpg", "rgb.png"])
    let best = try #require(predictions[0]["classes"] as? [[String: Any]])
    #expect(best.count == 5)
    #expect(best[0]["logit"] is Double)
    #expect(best[0]["probability"] == nil)
  }

  @Test("classify names the images that it cannot classify, classifies the others in their order, and fails")
  func classifySome() async throws {
    try convserve.folder.write("no picture", to: "bad.jpg")
    try convserve.folder.copy(Checkout.images.appendingPathComponent("rgb.png"), to: "rgb.png")
    let images = ["photo.jpg", "bad.jpg", "nope.jpg", "rgb.png"]
    let table = try await convserve.run(["classify"] + images)
    #expect(table.status == 1)
    #expect(table.output.matches(of: /(?m)^([a-z]+\.[a-z]+) \(/).map { String($0.1) } == ["photo.jpg", "rgb.png"])
    let errors = table.errors.split(separator: "\n")
    #expect(errors.count == 2)
    #expect(errors.first?.hasPrefix("Error: bad.jpg: not a picture") == true, "\(errors)")
    #expect(errors.last?.hasSuffix("/nope.jpg: No such file or directory") == true, "\(errors)")

    let json = try await convserve.run(["classify", "--json"] + images)
    #expect(json.status == 1)
    #expect(json.errors == table.errors)
    let answer = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let predictions = answer?["predictions"] as? [[String: Any]]
    #expect(predictions?.map { $0["image"] as? String } == ["photo.jpg", "rgb.png"])

    let none = try await convserve.run(["classify", "--json", "bad.jpg"])
    #expect(none.status == 1)
    #expect(none.output == "")
  }

  @Test("classify reads pipes and devices, as far as they have an end", .timeLimit(.minutes(1)))
  func classifyStreams() async throws {
    let fifo = convserve.folder.url.appendingPathComponent("fifo").path
    try #require(mkfifo(fifo, 0o600) == 0)
    let photo = convserve.folder.url.appendingPathComponent("photo.jpg").path
    let writer = try RunningProgram(
      URL(fileURLWithPath: "/bin/sh"), ["-c", "cat photo.jpg > fifo"], in: convserve.folder.url)
    let piped = try await convserve.run(["classify", "fifo"])
    #expect(try await writer.exitStatus() == 0)
    #expect(piped.status == 0, "\(piped.errors)")
    let read = try await convserve.run(["classify", photo])
    #expect(piped.output.replacing("fifo", with: "photo.jpg") == read.output)

    let endless = try await convserve.run(["classify", "/dev/zero"])
    #expect(endless.status == 1)
    #expect(endless.errors == "Error: cannot read /dev/zero: larger than 33554432 bytes\n")
  }

  @Test("summary explains an architecture, for any input, and a model of the repository")
  func summary() async throws {
    let published = try await convserve.json(["summary", "resnet50", "--json"])
    #expect((published["totals"] as? [String: Any])?["parameters"] as? Int == 25_557_032)
    let larger = try await convserve.json([
      "summary", "resnet50", "--input", "3x320x320", "--num-classes", "7", "--json",
    ])
    #expect(larger["input_shape"] as? [Int] == [3, 320, 320])
    let layers = try #require(larger["layers"] as? [[String: Any]])
    #expect(layers.last?["output_shape"] as? [Int] == [7])
    let model = try await convserve.json(["summary", "resnet8-cifar10", "--json"])
    #expect(model["input_shape"] as? [Int] == [3, 32, 32])
  }

  @Test("compare names the networks in the order given, by commas or blanks")
  func compare() async throws {
    let networks = try await convserve.json(["compare", "alexnet,vgg16", "resnet50", "--json"])["networks"]
    let parameters = (networks as? [[String: Any]])?.map { $0["parameters"] as? Int }
    #expect(parameters == [61_100_840, 138_357_544, 25_557_032])
  }

  @Test("models and architectures list what there is")
  func lists() async throws {
    let models = try await convserve.json(["models", "--json"])["models"] as? [[String: Any]]
    #expect(models?.map { $0["name"] as? String } == ["resnet8-cifar10"])
    #expect(models?.first?["num_classes"] as? Int == 10)
    let architectures = try await convserve.json(["architectures", "--json"])["architectures"] as? [[String: Any]]
    let names = architectures?.compactMap { $0["name"] as? String } ?? []
    #expect(Set(["lenet5", "alexnet", "vgg16", "googlenet", "resnet50", "squeezenet1_1"]).isSubset(of: names))
  }

  @Test("an empty directory of models is none, in any command", arguments: [["models"], ["summary", "lenet5"]])
  func emptyDirectory(command: [String]) async throws {
    let option = try await convserve.run(command + ["--models", ""])
    #expect(option.status == 64)
    #expect(option.errors.hasPrefix("Error: --models is empty; leave it out for the default\n"), "\(option.errors)")
    let variable = try await convserve.run(command, environment: ["CONVSERVE_MODELS": ""])
    #expect(variable.status == 64)
    #expect(variable.errors.hasPrefix("Error: the environment variable CONVSERVE_MODELS is empty; "))
  }

  @Test("models lists the models that can be read, names the others, and fails")
  func brokenModel() async throws {
    try convserve.folder.write("{}", to: "models/broken/1/model.json")
    let result = try await convserve.run(["models", "--format", "csv"])
    #expect(result.status == 1)
    #expect(result.output.contains("resnet8-cifar10,1,resnet8"))
    #expect(result.errors.hasPrefix("Error: version 1 of model broken cannot be loaded: "))
    #expect(result.errors.contains("the field architecture is missing"))
  }

  @Test(
    "Every analysis has the same four forms",
    arguments: [
      ["summary", "lenet5"], ["stats", "lenet5"], ["compare", "lenet5,alexnet"], ["models"], ["architectures"],
    ])
  func forms(command: [String]) async throws {
    let outputs = try await withThrowingTaskGroup(of: (String, ConvServe.Result).self) { group in
      for format in ["text", "markdown", "csv"] {
        group.addTask { (format, try await convserve.run(command + ["--format", format])) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(outputs.values.allSatisfy { $0.status == 0 && $0.errors == "" })
    #expect(outputs["text"]?.output.contains("----") == true)
    #expect(outputs["markdown"]?.output.contains("| ---") == true)
    let rows = outputs["csv"]?.output.split(whereSeparator: \.isNewline) ?? []
    #expect(rows.count >= 2)
    #expect(rows.first?.contains(",") == true)
    #expect(try await !convserve.json(command + ["--json"]).isEmpty)
  }

  @Test("An imported checkpoint can be classified with, by its name and its labels")
  func importing() async throws {
    try convserve.folder.write((1...10).map { "kind \($0)" }.joined(separator: "\n"), to: "kinds.txt")
    let checkpoint = Checkout.weights.appendingPathComponent("resnet8_cifar10_legacy.pth").path
    let imported = try await convserve.run([
      "import", "--architecture", "resnet8", "--name", "mine", "--labels", "kinds.txt", checkpoint,
    ])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.output.hasPrefix("imported mine: 48 tensors, 78186 parameters, 10 classes, in "))
    let answer = try await convserve.json(["classify", "--model", "mine", "--top-k", "1", "--json", "photo.jpg"])
    let classes = (answer["predictions"] as? [[String: Any]])?.first?["classes"] as? [[String: Any]]
    #expect(classes?.map { $0["label"] as? String } == ["kind 4"])
  }

  @Test("bench times a network on this machine")
  func bench() async throws {
    let result = try await convserve.json(["bench", "lenet5", "--runs", "2", "--threads", "1", "--json"])
    #expect(try #require(result["median_ms"] as? Double) > 0)
    #expect(result["runs"] as? Int == 2)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let arguments: [String]
    let status: Int32
    let message: String
    var environment: [String: String] = [:]

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let wrongCommandLines: [Case] = [
    Case(
      arguments: ["serve", "--cors-origins", "https://a.example,b.example"], status: 64,
      message: "--cors-origins does not take this: \"b.example\" is not an origin such as https://example.org"),
    Case(
      arguments: ["serve", "--max-body", "64", "--body-memory", "32"], status: 64,
      message: "--body-memory takes a whole number from 64 to 1000000, not \"32\""),
    Case(
      arguments: ["serve", "--poll-models", "0"], status: 64,
      message: "--poll-models takes a whole number from 1 to 86400, not \"0\""),
    Case(
      arguments: ["serve", "--min-rate", "0"], status: 64,
      message: "--min-rate takes a whole number from 1 to 1000000, not \"0\""),
    Case(
      arguments: ["serve", "--max-pixels", "60", "--max-request-pixels", "59"], status: 64,
      message: "--max-request-pixels takes a whole number from 60 to 1000000, not \"59\""),
    Case(
      arguments: ["serve", "--rate-limit", "0"], status: 64,
      message: "--rate-limit takes requests a second from 0.001 to 1000000, not \"0\""),
    Case(
      arguments: ["serve", "--rate-limit", "0x10"], status: 64,
      message: "--rate-limit takes requests a second from 0.001 to 1000000, not \"0x10\""),
    Case(
      arguments: ["serve", "--port", "+80"], status: 64,
      message: "--port takes a whole number from 0 to 65535, not \"+80\""),
    Case(arguments: ["serve", "--rate-burst", "5"], status: 64, message: "--rate-burst needs --rate-limit"),
    Case(
      arguments: ["serve", "--host", ""], status: 64, message: "--host takes an address or a name, not \"\""),
    Case(arguments: ["serve", "--admin-listen", ":9090"], status: 64, message: "--admin-listen takes HOST:PORT"),
    Case(
      arguments: ["serve", "--tls-client-verification", "optional"], status: 64,
      message: "--tls-client-verification needs --tls-client-ca"),
    Case(
      arguments: ["serve", "--host", "0.0.0.0"], status: 64,
      message: "--host 0.0.0.0 can be reached from other machines, and there are no API keys"),
    Case(
      arguments: ["serve", "--admin-listen", "localhost"], status: 64, message: "--admin-listen takes HOST:PORT"),
    Case(
      arguments: ["serve", "--open-operations", "metricks"], status: 64, message: "no operation \"metricks\""),
    Case(
      arguments: ["serve"], status: 78,
      message: "the environment variable CONVSERVE_INSECURE takes true or false, not \"maybe\"",
      environment: ["CONVSERVE_INSECURE": "maybe"]),
    Case(arguments: ["serve", "--admin-listen", "0.0.0.0:0"], status: 64, message: "and there are no API keys"),
    Case(arguments: ["keys", "add", "a"], status: 64, message: "--api-keys FILE"),
    Case(
      arguments: ["keys", "add", "a", "--api-keys", ""], status: 64,
      message: "--api-keys is empty; it names the file of API keys"),
    Case(
      arguments: ["keys", "list"], status: 64,
      message: "the environment variable CONVSERVE_API_KEYS is empty; it names the file of API keys",
      environment: ["CONVSERVE_API_KEYS": ""]),
    Case(
      arguments: ["keys", "add", "a", "--api-keys", "keys", "--scopes", "fly"], status: 64,
      message: "there is no scope \"fly\"; there are infer, inspect, train, admin"),
    Case(
      arguments: ["keys", "add", "a", "--api-keys", "keys", "--expires", "2001-01-01"], status: 64,
      message: "--expires 2001-01-01 is over already; a date stands for 00:00 UTC of its day\n"),
    Case(
      arguments: ["keys", "add", "a", "--api-keys", "keys", "--expires", "2027-02-30"], status: 64,
      message: "--expires takes 2027-01-31, 2027-01-31T12:00:00Z or 90d, not \"2027-02-30\""),
    Case(
      arguments: ["keys", "add", "a", "--api-keys", "keys", "--expires", "soon"], status: 64,
      message: "--expires takes 2027-01-31"),
    Case(
      arguments: ["serve", "--tls-certificate", "a.pem", "--tls-certificate", "b.pem", "--tls-key", "a.key"],
      status: 64, message: "goes in pairs of --tls-certificate and --tls-key, but there are 2 and 1"),
    Case(
      arguments: ["serve", "--tls-client-ca", "a.pem"], status: 64,
      message: "--tls-client-ca needs --tls-certificate and --tls-key"),
    Case(
      arguments: [
        "serve", "--tls-client-verification", "sometimes", "--tls-client-ca", "a.pem", "--tls-certificate", "a.pem",
        "--tls-key", "a.key",
      ], status: 78,
      message: "--tls-client-verification takes one of required, optional, not \"sometimes\""),
    Case(arguments: ["serve", "--prot", "80"], status: 64, message: "Did you mean '--port'?"),
    Case(arguments: ["serv"], status: 64, message: "serv"),
    Case(arguments: ["classify"], status: 64, message: "<images>"),
    Case(arguments: ["classify", "--top-k", "0", "photo.jpg"], status: 64, message: "at least 1"),
    Case(arguments: ["classify", "--crop", "five", "photo.jpg"], status: 64, message: "five"),
    Case(arguments: ["embed"], status: 64, message: "<images>"),
    Case(
      arguments: ["embed", "--json", "-o", "a.npy", "photo.jpg"], status: 64, message: "--json or --output, not both"),
    Case(arguments: ["summary", "alexnet", "--input", "3x224"], status: 64, message: "3x224x224"),
    Case(arguments: ["summary", "alexnet", "--batch", "0"], status: 64, message: "1 to 1024"),
    Case(arguments: ["summary", "alexnet", "--format", "xml"], status: 64, message: "markdown"),
    Case(arguments: ["serve", "--port", "70000"], status: 64, message: "0 to 65535, not \"70000\""),
    Case(
      arguments: ["serve", "--jpeg-decoding", "fast"], status: 64,
      message: "--jpeg-decoding takes one of exact, scaled, not \"fast\""),
    Case(arguments: ["serve", "--log-level", "loud"], status: 64, message: "trace, debug, info"),
    Case(arguments: ["serve", "--port", "x", "--max-body", "0"], status: 64, message: "--max-body takes"),
    Case(arguments: ["compare", "alexnet,,"], status: 64, message: "a name is missing beside a comma"),
    Case(arguments: ["healthcheck", "--url", "nonsense"], status: 64, message: "nonsense is not a URL"),
  ]

  static let failures: [Case] = [
    Case(arguments: ["classify", "nope.jpg"], status: 1, message: "nope.jpg: No such file or directory"),
    Case(
      arguments: ["classify", "models/resnet8-cifar10/1/labels.txt"], status: 1, message: "labels.txt: not a picture"),
    Case(
      arguments: ["classify", "--model", "nope", "photo.jpg"], status: 1, message: "there is resnet8-cifar10"),
    Case(arguments: ["classify", "--model", "../models", "photo.jpg"], status: 1, message: "cannot be a model's name"),
    Case(arguments: ["embed", "nope.jpg"], status: 1, message: "nope.jpg: No such file or directory"),
    Case(arguments: ["embed", "--model", "nope", "photo.jpg"], status: 1, message: "there is resnet8-cifar10"),
    Case(
      arguments: ["embed", "-o", "nowhere/a.npy", "photo.jpg"], status: 1, message: "cannot write nowhere/a.npy"),
    Case(arguments: ["summary", "resnet51"], status: 1, message: "did you mean resnet50"),
    Case(arguments: ["summary", "vgg16", "--input", "3x8x8"], status: 1, message: "vgg16"),
    Case(arguments: ["compare", "alexnet,zfnot"], status: 1, message: "zfnot"),
    Case(arguments: ["models", "--models", "nowhere"], status: 1, message: "there is no model repository"),
    Case(
      arguments: ["models"], status: 1, message: "there is no model repository",
      environment: ["CONVSERVE_MODELS": "nowhere"]),
    Case(arguments: ["import", "--architecture", "resnet8", "nope.pth"], status: 1, message: "nope.pth"),
    Case(arguments: ["import", "--architecture", "resnet8", "photo.jpg"], status: 1, message: "not a weight file"),
    Case(
      arguments: [
        "import", "--architecture", "resnet8", "--models", "/proc/nope", "models/resnet8-cifar10/1/weights.safetensors",
      ], status: 1, message: "cannot write /proc/nope/resnet8: No such file or directory"),
    Case(arguments: ["keys", "add", "a b", "--api-keys", "keys"], status: 1, message: "cannot be a key's name"),
    Case(
      arguments: ["keys", "list", "--api-keys", "nowhere"], status: 1, message: "cannot read the API keys in nowhere"),
    Case(arguments: ["keys", "remove", "a", "--api-keys", "nowhere"], status: 1, message: "No such file or directory"),
    Case(arguments: ["pull", "lenet5"], status: 1, message: "no official weight file is known for lenet5"),
  ]

  /// What no restart would mend: EX_CONFIG of sysexits.h.
  static let wrongConfigurations: [Case] = [
    Case(
      arguments: ["serve", "--port", "0", "--api-keys", "nowhere"], status: 78,
      message: "cannot read the API keys in nowhere: No such file"),
    Case(
      arguments: ["serve", "--port", "0", "--tls-certificate", "nowhere", "--tls-key", "nowhere"], status: 78,
      message: "nowhere"),
    Case(arguments: ["serve", "--port", "0", "--models", "nowhere"], status: 78, message: "nowhere"),
    Case(arguments: ["serve", "--port", "0", "--default-model", "nope"], status: 78, message: "\"nope\""),
    Case(
      arguments: ["serve", "--check", "--config", "nope.yaml"], status: 78,
      message: "nope.yaml cannot be read: No such"),
    Case(
      arguments: ["serve"], status: 78,
      message: "the environment variable CONVSERVE_HOST 0.0.0.0 can be reached from other machines, and there are no",
      environment: ["CONVSERVE_HOST": "0.0.0.0"]),
    Case(
      arguments: ["serve"], status: 78, message: "CONVSERVE_RATE_BURST needs --rate-limit",
      environment: ["CONVSERVE_RATE_BURST": "3"]),
    Case(
      arguments: ["serve"], status: 78,
      message: "the environment variable CONVSERVE_MAX_BATCH_SIZE takes a whole number from 1 to 256, not \"many\"",
      environment: ["CONVSERVE_MAX_BATCH_SIZE": "many"]),
    Case(
      arguments: ["serve"], status: 78, message: "CONVSERVE_JPEG_DECODING takes one of exact, scaled, not \"\"",
      environment: ["CONVSERVE_JPEG_DECODING": ""]),
  ]

  @Test(
    "Exit status 64 for a wrong command line, 78 for a wrong configuration, 1 for a failure, with the reason",
    arguments: wrongCommandLines + wrongConfigurations + failures
  )
  func failing(example: Case) async throws {
    let result = try await convserve.run(example.arguments, environment: example.environment)
    #expect(result.status == example.status)
    #expect(result.errors.contains(example.message), "\(result.errors)")
    #expect(result.errors.hasPrefix("Error: "))
  }

  @Test(
    "A wrong command line is told where the help of its own command is",
    arguments: wrongCommandLines.filter { $0.status == 64 })
  func usage(example: Case) async throws {
    let result = try await convserve.run(example.arguments, environment: example.environment)
    let commands = ["serve", "keys add", "keys list", "classify", "embed", "summary", "compare", "healthcheck"]
    let line = example.testDescription
    let command = commands.first { line == $0 || line.hasPrefix($0 + " ") }.map { "convserve \($0)" } ?? "convserve"
    #expect(result.errors.contains("\nUsage: \(command) "), "\(result.errors)")
    #expect(result.errors.hasSuffix("\n  See '\(command) --help' for more information.\n"), "\(result.errors)")
  }

  @Test("bench says in its help which ways of sharing a batch there are, and which is the default, once")
  func benchHelp() async throws {
    let help = try await convserve.run(["bench", "--help"])
    for choice in [/one +- all on each image/, /per-thread +- each takes/, /auto +- whichever is faster/] {
      #expect(help.output.contains(choice), "\(help.output)")
    }
    #expect(help.output.contains("share a batch. (default: auto)"), "\(help.output)")
    #expect(!help.output.contains("fastest"))
  }

  @Test(
    "Help and version exit with 0", arguments: [["--help"], ["serve", "--help"], ["help", "import"], ["--version"]])
  func help(arguments: [String]) async throws {
    let result = try await convserve.run(arguments)
    #expect(result.status == 0)
    #expect(!result.output.isEmpty)
    #expect(result.errors == "")
  }
}
