import Foundation
import Testing

@testable import Diagnosis

@Suite("Files of learning curves")
struct CurveFileTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let losses: [Double]
    var hasDiverged = false
  }

  static let cases = [
    Case(
      testDescription: "train --json",
      text: """
        {"epoch":1,"train_loss":2.5,"train_accuracy":0.1,"validation_loss":null,"validation_accuracy":null,"learning_rate":0.1}
        {"epoch":2,"train_loss":2,"train_accuracy":0.2}

        {"done":true,"model":{"name":"x","version":1}}
        """, losses: [2.5, 2]),
    Case(
      testDescription: "a trial that diverges",
      text: """
        {"event":"started","settings":{}}
        {"event":"epoch","epoch":1,"train_loss":2.5}
        {"event":"diverged","epoch":2,"message":"the loss became infinite"}
        """, losses: [2.5], hasDiverged: true),
    Case(
      testDescription: "training.json",
      text: #"{"curve": [{"epoch": 1, "train_loss": 1}], "data": {"classes": ["a", "b"]}}"#,
      losses: [1]),
    Case(
      testDescription: "an array, by Python",
      text: #"[{"epoch": 2, "train_loss": NaN}, {"epoch": 1, "train_loss": 3}]"#, losses: [3, .nan]),
    Case(
      testDescription: "a job's events",
      text:
        #"{"events": [{"seq": 1, "type": "state", "state": "queued"}, {"seq": 2, "type": "epoch", "epoch": 1, "train_loss": 0.5}]}"#,
      losses: [0.5]),
    Case(testDescription: "one line", text: #"{"epoch":1,"train_loss":2.5}"#, losses: [2.5]),
    Case(testDescription: "a loss that JSON cannot hold", text: #"[{"epoch": 1, "train_loss": null}]"#, losses: [.nan]),
  ]

  @Test("each form is read", arguments: cases)
  func forms(example: Case) throws {
    let file = try CurveFile(Data(example.text.utf8))
    #expect(file.points.map { "\($0.trainLoss)" } == example.losses.map { "\($0)" })
    #expect(file.hasDiverged == example.hasDiverged)
  }

  @Test("the record of a run tells how many classes there are")
  func classes() throws {
    #expect(try CurveFile(Data(Self.cases[2].text.utf8)).classCount == 2)
  }

  @Test(
    "other files are refused, with what is wrong and what is accepted",
    arguments: [
      ("", "holds no epoch"), ("{}", "\"curve\" is missing"), ("[]", "holds no epoch"),
      ("nonsense", "line 1: it is no JSON object"), (#"[{"epoch": 1}]"#, "\"train_loss\" is missing"),
      ("{\"epoch\":1,\"train_loss\":1}\n{\"epoch\":2}", "line 2: \"train_loss\" is missing"),
      (#"[{"epoch": 1, "train_loss": "low"}]"#, "is no number"),
      (#"[{"epoch": 1, "train_loss": 1, "train_accuracy": 98}]"#, "has to be a share from 0 to 1"),
      (#"[{"epoch": 1, "train_loss": -1}]"#, "has to be 0 or more"), (#"{"done": true}"#, "\"curve\" is missing"),
    ])
  func refused(text: String, reason: String) {
    do {
      let file = try CurveFile(Data(text.utf8))
      Issue.record("read as \(file.points)")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
      #expect(error.description.contains("accepted are training.json"))
    }
  }
}
