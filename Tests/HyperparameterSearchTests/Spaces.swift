import HyperparameterSearch
import Jobs

/// Searches as their files have them, in JSON.
enum Spaces {
  static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  static func definition(_ text: String) throws -> SearchDefinition { try SearchDefinition(json: json(text)) }

  /// Three axes, one of which counts with two of three optimisers.
  static func conditional(_ rest: String) throws -> SearchDefinition {
    try definition(
      """
      {"parameters": {
         "learning_rate": {"log_uniform": [0.001, 1], "points": 3},
         "optimizer": {"choice": ["sgd", "momentum", "nesterov"]},
         "momentum": {"uniform": [0.5, 0.9], "points": 2, "when": {"optimizer": ["momentum", "nesterov"]}}},
       "settings": {"architecture": "lenet5", "epochs": 9}, \(rest)}
      """)
  }
}
