import Foundation

/// Times for people.
enum TimeText {
  /// Hours, minutes and seconds: `1:02:03`.
  static func clock(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    return String(format: "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
  }
}
