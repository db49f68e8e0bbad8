/// The sum of a vector's lanes. Four partial sums: one would make each addition wait for the one before it.
func laneSum(_ vector: UnsafePointer<Float>, _ lanes: Int) -> Float {
  var parts = SIMD4<Float>(repeating: 0)
  for lane in stride(from: 0, to: lanes, by: 4) {
    parts += UnsafeRawPointer(vector + lane).loadUnaligned(as: SIMD4<Float>.self)
  }
  return (parts[0] + parts[1]) + (parts[2] + parts[3])
}
