/// Standard output does not take what a command has to say: the disk is full, or nobody listens.
struct UnwritableOutput: Error, CustomStringConvertible {
  let reason: String

  var description: String { "cannot write to standard output: \(reason)" }
}
