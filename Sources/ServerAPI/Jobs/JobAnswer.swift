import Foundation
import Jobs

/// Times of jobs: RFC 3339 in UTC, to the millisecond.
let jobTime = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

/// A job as clients see it.
struct JobAnswer: Encodable {
  let job: Job

  init(_ job: Job) { self.job = job }

  enum CodingKeys: String, CodingKey {
    case id, kind, state, stage, progress, created, started, ended, attempt, request, model, problem
    case desiredState = "desired_state"
    case secondsLeft = "seconds_left"
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(job.id, forKey: .id)
    try members.encode(job.kind, forKey: .kind)
    try members.encode(job.state, forKey: .state)
    try members.encode(job.desiredState, forKey: .desiredState)
    try members.encodeIfPresent(job.stage, forKey: .stage)
    try members.encode(job.progress, forKey: .progress)
    try members.encodeIfPresent(job.secondsLeft, forKey: .secondsLeft)
    try members.encode(job.created.formatted(jobTime), forKey: .created)
    try members.encodeIfPresent(job.started?.formatted(jobTime), forKey: .started)
    try members.encodeIfPresent(job.ended?.formatted(jobTime), forKey: .ended)
    try members.encode(job.attempt, forKey: .attempt)
    try members.encode(job.request, forKey: .request)
    try members.encodeIfPresent(job.model, forKey: .model)
    try members.encodeIfPresent(job.problem, forKey: .problem)
  }
}
