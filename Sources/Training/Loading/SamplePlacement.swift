/// How an image lies before the network: mirrored, and moved by whole pixels.
struct SamplePlacement {
  var isMirrored = false
  /// To the right.
  var x = 0
  /// Downward.
  var y = 0
  var padding = RandomShift.Padding.reflect

  init(_ augmentation: Augmentation, _ draw: SampleDraw, seed: UInt64) {
    isMirrored = augmentation.flip?.isMirrored(draw, seed: seed) ?? false
    guard let shift = augmentation.shift else { return }
    (x, y) = shift.offset(draw, seed: seed)
    padding = shift.padding
  }

  /// The rows or columns that show the image or its reflection. The others are black.
  func visible(_ side: Int, shift: Int) -> Range<Int> {
    padding == .reflect ? 0..<side : max(0, shift)..<max(max(0, shift), min(side, side + shift))
  }

  /// The place that is seen at `place`, reflected at the edges; mirroring is not counted in.
  func source(_ place: Int, side: Int, shift: Int) -> Int {
    let source = place - shift
    if source < 0 { return -source }
    return source < side ? source : 2 * (side - 1) - source
  }
}
