import Foundation
import HTTPCore
import HTTPTypes
import Jobs
import ModelServing

@testable import HTTPServer
@testable import ServerAPI

/// The API with datasets and jobs, in a folder of its own. Jobs are done by a shell script, by the names of their models:
/// `slow` works until it is told to end, `broken` fails, any other is made.
final class JobsAPI: Sendable {
  let context: APIContext
  let jobs: JobService
  private let router: Router
  private let folder: URL

  /// - Parameter change: of the limits.
  init(_ change: (inout JobServiceConfiguration) -> Void = { _ in }) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "jobs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = folder.appending(path: "child.sh")
    try Self.script.write(to: script, atomically: true, encoding: .utf8)
    var configuration = JobServiceConfiguration(
      directory: folder.appending(path: "jobs").path, models: folder.appending(path: "models").path)
    (configuration.program, configuration.programArguments) = ("/bin/sh", [script.path])
    change(&configuration)
    let registry = try await TestAPI.shared.value.context.registry
    let hooks = JobHooks.serving(registry, logger: nil)
    jobs = try JobService(
      configuration,
      // There is no model to load.
      hooks: JobHooks(bases: hooks.bases, load: { _ in }, check: hooks.check, note: { _ in }))
    var context = APIContext(registry: registry)
    context.jobs = jobs
    self.context = context
    router = API.router(context)
    try await jobs.start()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Has the children end; each test does.
  func stop() async { await jobs.stop() }

  func answer(to request: TestRequest) async throws -> TestAnswer { try await router.answer(to: request) }

  /// Photos of two classes as a form, in pieces.
  static let photos = TestRequest.form(
    "/v1/datasets",
    [("photos", "cats/1.png", [1, 2, 3]), ("photos", "cats/2.png", [4]), ("photos", "dogs/1.png", [5])])

  /// A dataset's id.
  func upload() async throws -> String { try await upload(Self.photos).json["id"]!.string! }

  /// The answer to a body that comes in pieces of so many bytes; cut off where `isComplete` is false.
  func upload(_ request: TestRequest, piece: Int = 7, isComplete: Bool = true) async throws -> TestAnswer {
    let stream = RequestBodyStream(.identity, limit: 1 << 20, ratio: 100, onRoom: {})
    for start in Swift.stride(from: 0, to: request.body.count, by: piece) {
      _ = stream.push(request.body[start..<min(start + piece, request.body.count)])
    }
    if isComplete { stream.finish() } else { stream.fail(CancellationError()) }
    var whole = try request.serverRequest
    (whole.body, whole.bodyStream) = ([], stream)
    let target = try RequestTarget(request.target, method: request.method)
    guard case .route(let route, let path) = router.resolve(method: request.method, target: target) else {
      preconditionFailure("there is no \(request.target)")
    }
    return TestAnswer(
      operation: "\(request.method) \(route.template)", response: try await route.answer(to: whole, path))
  }

  static func job(_ dataset: String, name: String, _ more: String = "") -> TestRequest {
    .json(
      "/v1/jobs",
      #"{"kind": "adapt", "dataset": "\#(dataset)", "base": "resnet8-cifar10", "name": "\#(name)"\#(more)}"#)
  }

  /// Queues a job and returns its id.
  func create(_ request: TestRequest) async throws -> String { try await answer(to: request).json["id"]!.string! }

  /// The job once it is in this state.
  func await(_ id: String, _ state: JobState) async throws -> Job {
    while true {
      let job = try await jobs.job(id)
      if job.state == state || job.state.isOver { return job }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private static let script = #"""
    command=$1
    while [ $# -gt 0 ]; do
      case $1 in --name) name=$2 ;; esac
      shift
    done
    trap 'exit 75' TERM
    case $command in
    audit) echo '{"images":3,"classes":[{"name":"cats","images":2},{"name":"dogs","images":1}],"audit":{"unreadable":[]},"ignored_files":{"count":1,"examples":["cats/a.txt: its name is no image'"'"'s"]}}' ;;
    train)
      echo '{"epoch":1,"train_loss":0.5}'
      case $name in
      overfitted) for epoch in 2 3 4 5 6 7 8; do
        echo "{\"epoch\":$epoch,\"train_loss\":0.$((50 - 6 * epoch)),\"train_accuracy\":0.99,\"validation_loss\":0.7,\"validation_accuracy\":0.75}"
      done ;;
      esac
      echo "{\"done\":true,\"model\":{\"name\":\"$name\",\"version\":1},\"test_accuracy\":0.5}"
      ;;
    adapt)
      echo '{"type":"stage","stage":"features","progress":0.25,"seconds_left":1.5}'
      case $name in
      slow) while :; do sleep 0.02; done ;;
      broken) echo 'Error: the photos are too few' >&2; exit 1 ;;
      esac
      echo '{"type":"log","message":"the head is chosen"}'
      echo "{\"type\":\"published\",\"model\":{\"name\":\"$name\",\"version\":\"1\"}}"
      printf '<html><style>p { color: red }</style><img src="data:image/png;base64,"></html>' >report.html
      echo "{\"type\":\"done\",\"model\":{\"name\":\"$name\",\"version\":\"1\"},\"report\":{\"accuracy\":0.9}}"
      ;;
    esac
    """#
}
