import HyperparameterSearch
import Jobs
import Testing

@Suite("Files of searches")
struct SearchDefinitionTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let parameters: String
    var rest = #""trials": 9"#
    var settings = #"{"architecture": "lenet5", "epochs": 9}"#
    let message: String

    var testDescription: String { message }
  }

  static let refusals = [
    Refusal(parameters: "{}", message: "parameters is empty, so that there is nothing to search"),
    Refusal(parameters: "null", message: "parameters is missing"),
    Refusal(parameters: "3", message: "parameters is 3"),
    Refusal(
      parameters: #"{"learning_rte": {"uniform": [0, 1]}}"#,
      message: "parameters.learning_rte is not known (did you mean learning_rate?)"),
    Refusal(
      parameters: #"{"learning_rate": {"uniform": [0, 1]}}"#,
      message: "parameters.learning_rate.uniform.[0] is 0; accepted: a number above 0 to 100"),
    Refusal(
      parameters: #"{"momentum": {"uniform": [0.5, 1]}}"#,
      message: "parameters.momentum.uniform.[1] is 1; accepted: a number from 0 to below 1"),
    Refusal(
      parameters: #"{"learning_rate": {"uniform": [1, 0.1]}}"#,
      message: "parameters.learning_rate.uniform ends below its beginning"),
    Refusal(
      parameters: #"{"weight_decay": {"log_uniform": [0, 0.1]}}"#,
      message: "parameters.weight_decay.log_uniform begins at 0, which has no logarithm"),
    Refusal(
      parameters: #"{"learning_rate": {"uniform": [0.1, 1], "choice": [1]}}"#,
      message: "parameters.learning_rate has choice and uniform"),
    Refusal(
      parameters: #"{"learning_rate": {}}"#, message: "parameters.learning_rate has no values; accepted: one of choice"),
    Refusal(
      parameters: #"{"learning_rate": {"unifrom": [0.1, 1]}}"#,
      message: "parameters.learning_rate.unifrom is not known (did you mean uniform?)"),
    Refusal(parameters: #"{"batch_size": {"choice": []}}"#, message: "parameters.batch_size.choice is empty"),
    Refusal(
      parameters: #"{"batch_size": {"choice": [64, 64]}}"#,
      message: "parameters.batch_size.choice.[1] is 64 once more"),
    Refusal(
      parameters: #"{"batch_size": {"uniform": [64, 128]}}"#,
      message: "parameters.batch_size.uniform is a range of any numbers; accepted: integer"),
    Refusal(
      parameters: #"{"schedule": {"choice": ["slow"]}}"#, message: "parameters.schedule.choice.[0] is \"slow\""),
    Refusal(
      parameters: #"{"schedule": {"uniform": [1, 2]}}"#,
      message: "parameters.schedule.uniform is a range, but schedule is no number"),
    Refusal(
      parameters: #"{"architecture": {"choice": ["lenet6"]}}"#, settings: "{}",
      message: "parameters.architecture.choice.[0] is \"lenet6\""),
    Refusal(
      parameters: #"{"epochs": {"choice": [3, 9]}}"#,
      message: "parameters.epochs cannot be searched: it is what all trials"),
    Refusal(
      parameters: #"{"seed": {"integer": [1, 9]}}"#,
      message: "parameters.seed cannot be searched: it decides which images all trials are judged by"),
    Refusal(
      parameters: #"{"learning_rate": {"uniform": [0.1, 1]}}"#,
      settings: #"{"architecture": "lenet5", "learning_rate": 0.1}"#,
      message: "parameters.learning_rate is searched, and given for all trials as 0.1"),
    Refusal(
      parameters: #"{"learning_rate": {"uniform": [0.1, 1]}}"#, settings: "{}",
      message: "settings.architecture is missing"),
    Refusal(
      parameters: #"{"momentum": {"uniform": [0.1, 0.9], "when": {"optimizer": ["momentum"]}}}"#,
      message: "parameters.optimizer.momentum.when.optimizer.name is no parameter of this space"),
    Refusal(
      parameters:
        #"{"dropout": {"uniform": [0.1, 0.9], "when": {"learning_rate": [1]}}, "learning_rate": {"uniform": [0.1, 1]}}"#,
      message: "parameters.dropout.when.learning_rate has no single values to wait for"),
    Refusal(
      parameters:
        #"{"dropout": {"uniform": [0.1, 0.9], "when": {"batch_size": [16]}}, "batch_size": {"choice": [32, 64]}}"#,
      message: "parameters.dropout.when.batch_size is never 16; accepted: 32, 64"),
    Refusal(
      parameters:
        #"{"batch_size": {"choice": [32], "when": {"optimizer": "sgd"}}, "optimizer": {"choice": ["sgd"], "when": {"batch_size": 32}}}"#,
      message: "parameters.batch_size waits for itself"),
    Refusal(
      parameters: #"{"optimizer": {"choice": ["adam", "momentum"]}, "momentum": {"uniform": [0.5, 0.9]}}"#,
      message:
        "parameters.optimizer.momentum is of no use to the optimizer adam; accepted: when: {optimizer.name: [momentum]}"
    ),
    Refusal(
      parameters: #"{"frozen_layers": {"integer": [0, 2]}}"#,
      message: "parameters.frozen_layers is of no use where no base"),
    Refusal(
      parameters: #"{"warm_up": {"uniform": [0, 9]}}"#, message: "parameters.warm_up goes up to 9"),
    Refusal(parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""trials": 0"#, message: "trials is 0"),
    Refusal(parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""seed": 0"#, message: "trials is missing"),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""trials": 9, "sampler": "grid""#,
      message: "trials is 9, but the grid has 3"),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""trials": 9, "sampler": "bayes""#,
      message: "sampler is \"bayes\"; accepted: grid, random, sobol"),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""trials": 9, "budget_epochs": 8"#,
      message: "budget_epochs is 8, too small for one trial; accepted: at least 9"),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#,
      rest: #""trials": 9, "scheduler": {"name": "asha", "minimum_epochs": 10}"#,
      message: "scheduler.minimum_epochs is 10; accepted: a whole number from 1 to 9"),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""trials": 9, "scheduler": "hyperband""#,
      message: "scheduler is \"hyperband\""),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#, rest: #""trials": 9, "trails": 3"#,
      message: "trails is not known (did you mean trials?)"),
    Refusal(
      parameters: #"{"dropout": {"uniform": [0.1, 0.9]}}"#,
      settings: #"{"architecture": "lenet5", "optimizer": {"momentun": 0.9}}"#,
      message: "settings.optimizer.momentun is not known (did you mean optimizer.momentum?)"),
  ]

  @Test("what cannot be searched is refused, with its place and what is accepted", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let text = #"{"parameters": \#(refusal.parameters), "settings": \#(refusal.settings), \#(refusal.rest)}"#
    let error = try #require(throws: UnacceptableSetting.self) { try Spaces.definition(text) }
    #expect(error.description.hasPrefix(refusal.message), "\(error)")
  }

  @Test("every setting that a trial takes can be searched, or is refused with a reason")
  func everySetting() throws {
    for rule in SettingRule.all {
      let domain: String
      switch rule.kind {
      case .number(let range): domain = #"{"uniform": [\#(range.low + 0.1), \#(range.low + 0.2)]}"#
      case .integer(let range): domain = #"{"integer": [\#(range.lowerBound), \#(range.lowerBound + 1)]}"#
      case .flag: domain = #"{"choice": [true, false]}"#
      case .names(let names): domain = #"{"choice": ["\#(names[0])"]}"#
      case .text, .structure: domain = #"{"choice": ["\#(Self.texts[rule.path] ?? "1")"]}"#
      }
      let architecture = rule.path == "architecture" ? "" : #""architecture": "lenet5""#
      let base = rule.path == "frozen_layers" ? #", "base": "m""# : ""
      let text =
        #"{"parameters": {"\#(rule.path)": \#(domain)}, "settings": {\#(architecture)}, "trials": 2\#(base)}"#
      if let reason = rule.reasonToBeFixed {
        let error = try #require(throws: UnacceptableSetting.self) { try Spaces.definition(text) }
        #expect(error.problem.contains(reason), "\(error)")
      } else {
        let definition = try Spaces.definition(text)
        let spec = try definition.spec(definition.makeSampler().values(of: 0), data: "d", directory: "t")
        #expect(spec.values[rule.path] != nil)
        // What is written is read as the same.
        #expect(try TrialSpec(json: JSONValue(parsing: spec.json.bytes)) == spec, "\(rule.path)")
      }
    }
  }

  private static let texts = [
    "architecture": "lenet5", "schedule": "cosine", "class_weights": "balanced", "augmentation": "flip",
    "initialization": "pytorch", "average": "ema", "base": "m",
  ]
}
