extension Duration {
  /// Seconds as a floating-point number.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// Milliseconds as a floating-point number.
  public var milliseconds: Double { seconds * 1000 }
}
