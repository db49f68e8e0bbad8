/// What a child says that it does, as the event that this is for the job.
enum JobStage {
  /// The event that a stage means; nil where the job stays in the state that it is in.
  static func event(of stage: String) -> JobTransition.Event? {
    switch stage {
    case "features", "head", "fine-tune", "train", "search": .working
    case "evaluate", "report": .evaluating
    case "publish": .publishing
    // `audit` and `split` come first, while the job is `preparing`; stages that this build does not know move nothing.
    default: nil
    }
  }
}
