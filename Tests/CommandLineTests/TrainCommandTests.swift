import Foundation
import TestSupport
import Testing

@Suite("convserve train", .timeLimit(.minutes(5)))
struct TrainCommandTests {
  private let convserve: ConvServe

  init() throws {
    convserve = try ConvServe()
    try DrawnDigits.write(to: convserve.folder.url.appendingPathComponent("digits"))
    try Data(
      """
      {"channel_order": "grey", "resize": {"stretch": 16}, "crop": "none", "interpolation": "bilinear",
       "scale": 0.00392156862745098, "mean": [0], "std": [1]}
      """.utf8
    ).write(to: convserve.folder.url.appendingPathComponent("small.json"))
  }

  private static let arguments = [
    "train", "--architecture", "lenet5", "--data", "digits", "--batch-size", "16", "--epochs", "3", "--json",
  ]

  @Test("JSON lines tell each epoch and then the model, which classifies")
  func lines() async throws {
    let result = try await convserve.run(Self.arguments + ["--validation", "20", "--threads", "1"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    let lines = try Self.lines(result.output)
    try #require(lines.count == 4)
    for (index, line) in lines.prefix(3).enumerated() {
      #expect(
        Set(line.keys) == [
          "epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "learning_rate",
          "images_per_second",
        ])
      #expect(line["epoch"] as? Int == index + 1)
    }
    #expect(lines[3]["done"] as? Bool == true)
    #expect(try #require(lines[3]["test_accuracy"] as? Double) > 0.9)
    let model = try #require(lines[3]["model"] as? [String: Any])
    #expect(model["name"] as? String == "digits-lenet5")
    #expect(model["version"] as? Int == 1)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: convserve.folder.url.appendingPathComponent("models/digits-lenet5/1").path)
    #expect(
      files.sorted() == ["labels.txt", "model.json", "training.json", "training.svg", "weights.safetensors"])
    let answer = try await convserve.json(["classify", "photo.jpg", "--model", "digits-lenet5", "--json"])
    #expect(answer["model"] as? String == "digits-lenet5")
  }

  @Test("killed at any moment and resumed, with other threads each time, a run ends with the same bits")
  func killed() async throws {
    let arguments = Self.arguments + ["--average", "ema", "--augment", "shift:1,erase:0.3"]
    let undisturbed = try await convserve.run(arguments + ["--name", "calm", "--threads", "1"])
    #expect(undisturbed.status == 0, "\(undisturbed.errors)")
    // After so many epochs: none, the first, the second. What was killed may be anywhere in the next one.
    for (round, epochs) in [0, 1, 1].enumerated() {
      let program = try convserve.start(arguments + ["--name", "wild", "--resume", "--threads", "\(1 + round)"])
      #expect(await eventually { program.output.split(separator: "\n").count >= epochs })
      program.send(SIGKILL)
      #expect(try await program.exitStatus() == 128 + SIGKILL)
    }
    let resumed = try await convserve.run(arguments + ["--name", "wild", "--resume", "--threads", "4"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try Self.lines(resumed.output).count == 2)
    #expect(try weights("wild") == weights("calm"))
    #expect(
      !FileManager.default.fileExists(atPath: convserve.folder.url.appendingPathComponent("models/.training").path))
  }

  @Test("asked to stop, a run says how it goes on", arguments: [SIGINT, SIGTERM])
  func stopped(signal: Int32) async throws {
    let program = try convserve.start(Self.arguments + ["--epochs", "10000", "--threads", "1"])
    #expect(await eventually { !program.output.isEmpty })
    program.send(signal)
    #expect(try await program.exitStatus() == 75)
    #expect(program.errors.hasPrefix("Error: stopped; "), "\(program.errors)")
    #expect(program.errors.contains("--resume"))
    let again = try await convserve.run(Self.arguments)
    #expect(again.status == 1)
    #expect(again.errors.contains("holds a run that is not finished"), "\(again.errors)")
    let other = try await convserve.run(Self.arguments + ["--resume", "--epochs", "10000", "--seed", "9"])
    #expect(other.status == 1)
    #expect(other.errors.contains("seed: 0 in the checkpoint, 9 now"), "\(other.errors)")
  }

  struct Case: Sendable {
    let arguments: [String]
    let status: Int32
    let message: String
  }

  static let failures = [
    Case(arguments: ["--data", "nowhere"], status: 1, message: "nowhere is no data set"),
    Case(arguments: ["--batch-size", "200"], status: 1, message: "fewer than a batch of 200"),
    Case(arguments: ["--name", "resnet8-cifar10"], status: 1, message: "the name \"resnet8-cifar10\" is in use"),
    Case(arguments: ["--name", "../x"], status: 1, message: "cannot be a model's name"),
    Case(arguments: ["--input", "1x8x8"], status: 1, message: "lenet5: layer c3"),
    Case(arguments: ["--input", "2x32x32"], status: 1, message: "images have one channel"),
    Case(arguments: ["--input", "32"], status: 64, message: "--input takes channels x height x width"),
    Case(arguments: ["--architecture", "lenet6"], status: 1, message: "did you mean lenet5"),
    Case(
      arguments: ["--class-weights", "1,2"], status: 1, message: "2 class weights were given, but there are 3 classes"),
    Case(arguments: ["--validation", "100"], status: 1, message: "100 of 90 images cannot be held out"),
    Case(arguments: ["--models", "/proc/nope"], status: 1, message: "cannot write /proc/nope/.training/digits-lenet5"),
    Case(arguments: ["--schedule", "slow"], status: 64, message: "--schedule takes constant, "),
    Case(arguments: ["--augment", "flop"], status: 64, message: "\"flop\" is not known; accepted: none, or"),
    Case(arguments: ["--average", "all"], status: 64, message: "--average takes none, ema, "),
    Case(arguments: ["--initialization", "he"], status: 64, message: "--initialization takes kaiming-normal, "),
    Case(arguments: ["--validation", "1.5"], status: 64, message: "--validation takes a number of images"),
    Case(arguments: ["--epochs", "0"], status: 64, message: "--epochs takes 1 to 10000"),
    Case(arguments: ["--epochs", "-1"], status: 64, message: "--epochs takes 1 to 10000"),
    Case(arguments: ["--seed", "-1"], status: 64, message: "--seed takes a whole number from 0"),
    Case(arguments: ["--validation", "-0.1"], status: 64, message: "--validation takes a number of images"),
    Case(arguments: ["--batch-size", "0"], status: 64, message: "--batch-size takes 1 to 4096"),
    Case(arguments: ["--learning-rate", "0"], status: 64, message: "--learning-rate takes a number above 0"),
    Case(arguments: ["--learning-rate", "-1"], status: 64, message: "--learning-rate takes a number above 0"),
    Case(arguments: ["--learning-rate", "nan"], status: 64, message: "--learning-rate takes a number above 0"),
    Case(arguments: ["--momentum", "1"], status: 64, message: "--momentum takes a number from 0 to below 1"),
    Case(arguments: ["--momentum", "0.5", "--optimizer", "adam"], status: 64, message: "is of no use"),
    Case(arguments: ["--weight-decay", "2"], status: 64, message: "--weight-decay takes a number from 0 to 1"),
    Case(arguments: ["--label-smoothing", "1"], status: 64, message: "--label-smoothing takes a number from 0"),
    Case(arguments: ["--clip", "0"], status: 64, message: "--clip takes a number above 0"),
    Case(arguments: ["--warm-up", "3"], status: 64, message: "--warm-up takes a number of epochs"),
    Case(
      arguments: ["--early-stopping", "2", "--validation", "0"], status: 64,
      message: "--early-stopping needs validation images"),
    Case(arguments: ["--threads", "0"], status: 64, message: "--threads takes 1 to 256"),
    Case(
      arguments: ["--preprocessing", "small.json"], status: 1,
      message: "small.json makes images of 1x16x16, but the network takes 1x32x32"),
  ]

  @Test("what is wrong is named, and nothing is left behind", arguments: failures.indices)
  func failure(index: Int) async throws {
    let failure = Self.failures[index]
    let result = try await convserve.run(Self.arguments + failure.arguments)
    #expect(result.status == failure.status)
    #expect(result.output == "")
    #expect(result.errors.contains(failure.message), "\(result.errors)")
    let models = try FileManager.default.contentsOfDirectory(
      atPath: convserve.folder.url.appendingPathComponent("models").path)
    #expect(models == ["resnet8-cifar10"])
  }

  private func weights(_ name: String) throws -> Data {
    try Data(contentsOf: convserve.folder.url.appendingPathComponent("models/\(name)/1/weights.safetensors"))
  }

  private static func lines(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}

/// Pictures of 8 x 8 in three classes, a bar in one of three places, with noise: IDX files for a program that learns.
enum DrawnDigits {
  static func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(90, "train", to: folder, noise: 17)
    try write(30, "t10k", to: folder, noise: 18)
  }

  private static func write(_ count: Int, _ name: String, to folder: URL, noise: UInt32) throws {
    var state = noise
    func number(below bound: UInt32) -> UInt32 {
      // Numerical Recipes' linear congruence: noise of no particular quality.
      state = state &* 1_664_525 &+ 1_013_904_223
      return (state >> 16) % bound
    }
    let pixels = (0..<count * 64).map { index in
      let (image, column) = (index / 64, index % 8)
      return UInt8(number(below: 100) + (column / 3 == image % 3 ? 150 : 0))
    }
    try Data(header([count, 8, 8]) + pixels).write(to: folder.appendingPathComponent("\(name)-images-idx3-ubyte"))
    let labels = (0..<count).map { UInt8($0 % 3) }
    try Data(header([count]) + labels).write(to: folder.appendingPathComponent("\(name)-labels-idx1-ubyte"))
  }

  private static func header(_ extents: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(extents.count)] + extents.flatMap { extent in (0..<4).map { UInt8(extent >> (24 - 8 * $0) & 255) } }
  }
}
