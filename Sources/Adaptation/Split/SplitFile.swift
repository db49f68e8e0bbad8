/// `split.json` in the work folder: which file went where, for whoever wants to follow a run step by step.
struct SplitFile: Codable, Hashable, Sendable {
  var training: [String]
  var validation: [String]
  var test: [String]
  /// Of training and validation together.
  var folds: [[String]]

  init(_ split: PhotoSplit, _ folds: Folds, files: [String]) {
    training = split.training.map { files[$0] }
    validation = split.validation.map { files[$0] }
    test = split.test.map { files[$0] }
    self.folds = folds.parts.map { part in part.map { files[$0] } }
  }
}
