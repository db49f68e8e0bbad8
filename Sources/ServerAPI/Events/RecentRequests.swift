import HTTPServer
import Synchronization

/// The requests of the last seconds, for those who watch the server.
struct RecentRequests: Sendable {
  let requests = RecentDurations()
  let classifications = RecentDurations()

  private static let start = ContinuousClock.now

  /// The number of the current second, since the program first asked.
  static var second: Int { Int(start.duration(to: .now) / .seconds(1)) }

  /// How long a stream or an upload lasts says nothing about load.
  private static let unhurried = [EventsEndpoint.name, JobEventsEndpoint.name, CreateDatasetEndpoint.name]

  /// Counts a request that is over.
  func observe(_ record: AccessRecord) {
    if let name = record.routeName, Self.unhurried.contains(name) { return }
    let second = Self.second
    requests.record(record.duration, second: second)
    if [ClassifyEndpoint.name, ClassifyWithModelEndpoint.name].contains(record.routeName) {
      classifications.record(record.duration, second: second)
    }
  }
}
