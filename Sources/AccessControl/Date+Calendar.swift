import Foundation

extension Date {
  /// A moment such as `2027-01-31T12:00:00Z` (RFC 3339), or a day such as `2027-01-31`, which begins in UTC.
  ///
  /// Nil for what no calendar has: Foundation would take 30 February for 2 March, and 25 o'clock for tomorrow.
  public init?(momentOrDay text: String) {
    let text = text.contains("T") ? text : text + "T00:00:00Z"
    // What the calendar and the clock on the wall show, whatever the zone.
    let wall = text.prefix(19) + "Z"
    guard let date = try? Date(text, strategy: .iso8601), let inUTC = try? Date(String(wall), strategy: .iso8601),
      inUTC.ISO8601Format() == wall
    else { return nil }
    self = date
  }
}
