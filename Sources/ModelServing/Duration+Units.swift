extension Duration {
  /// The duration in seconds, as a floating-point number.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// The duration in milliseconds, as a floating-point number.
  public var milliseconds: Double { seconds * 1000 }

  /// Milliseconds, rounded down to whole microseconds, for people to read. The rounded parts of a duration never sum
  /// to more than the rounded whole.
  var wholeMicroseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
  }
}
