/// Waits until something that happens elsewhere has happened; gives up after 20 seconds.
public func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
  for _ in 0..<4_000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
