import AccessControl
import HTTPServer
import HTTPTypes
import Jobs

/// An operation on datasets or jobs: nobody without the scope `train` may even read, since photos are private.
protocol LearningEndpoint: Endpoint {
  var context: APIContext { get }
}

extension LearningEndpoint {
  static var access: Access { .scope(.train) }
}

/// One whose header tells nothing but that the server does such things.
extension LearningEndpoint where Checked == JobService {
  func check(_ head: HTTPRequest, _ path: PathParameters) throws -> JobService { try context.requireJobs() }
}
