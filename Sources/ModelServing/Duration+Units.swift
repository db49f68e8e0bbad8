extension Duration {
  /// The duration in seconds, as a floating-point number.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// The duration in milliseconds, as a floating-point number.
  public var milliseconds: Double { seconds * 1000 }

  /// Milliseconds without what is below a microsecond, for people to read. Never more than the duration, so that parts
  /// which are cut off like this are together never more than their whole.
  var wholeMicroseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
  }
}
