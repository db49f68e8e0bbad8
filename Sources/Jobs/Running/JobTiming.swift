/// How long things may take; tests wait less. All by the monotonic clock: whoever sets the machine's time changes nothing.
struct JobTiming: Sendable {
  /// From the wish that a child end to its being killed.
  var grace: Duration = .seconds(30)
  /// Between two events that tell of progress.
  var progressInterval: Duration = .milliseconds(500)
  /// Between two attempts to write down what has happened, where the disk is full for example.
  var retry: Duration = .seconds(1)
  /// For the server before to be gone: where it was killed, its lock goes only when its memory has gone.
  var lock: Duration = .seconds(3)
  /// The audit of an upload, beside what each image may take.
  var audit: Duration = .seconds(120)
  var auditOfImage: Duration = .milliseconds(500)
}
