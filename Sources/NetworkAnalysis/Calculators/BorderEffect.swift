import NetworkGraph

/// What padding saves at the border (Goodfellow, Bengio, Courville: Deep Learning, 2016, section 9.5): without it a map
/// shrinks with every layer, and values at the border are seen by fewer windows than those in the middle.
public struct BorderEffect: Codable, Hashable, Sendable {
  /// Height and width of the output without padding; nil where the window does not even fit.
  public let outputWithout: [Int]?
  /// Positions of each output map that there are only with padding.
  public let positions: Int
  /// Their share of all positions, from 0 to 1.
  public let share: Double
  /// Windows that see the upper left value of the input, with padding and without; a value in the middle is seen by up to
  /// `windowsAtCentre`.
  public let windowsAtCorner: Int
  public let windowsAtCornerWithout: Int
  public let windowsAtCentre: Int
  /// How many such layers can follow one another without padding, until the window does not fit any more; nil where there
  /// is no end to it.
  public let layersWithout: Int?

  enum CodingKeys: String, CodingKey {
    case layersWithout = "layers_without"
    case outputWithout = "output_without"
    case positions, share
    case windowsAtCentre = "windows_at_centre"
    case windowsAtCorner = "windows_at_corner"
    case windowsAtCornerWithout = "windows_at_corner_without"
  }

  init(_ window: Window, input: Size2D, output: Size2D, ceilMode: Bool) {
    let bare = Window(kernel: window.kernel, stride: window.stride, dilation: window.dilation)
    let without = try? bare.outputSize(input: input, ceilMode: ceilMode)
    outputWithout = without.map { [$0.height, $0.width] }
    positions = output.area - (without?.area ?? 0)
    share = Double(positions) / Double(output.area)
    let corner = Size2D(height: 0, width: 0)
    windowsAtCorner = window.windows(over: corner, output: output)
    windowsAtCornerWithout = without.map { bare.windows(over: corner, output: $0) } ?? 0
    windowsAtCentre = window.windows(over: Size2D(height: input.height / 2, width: input.width / 2), output: output)
    layersWithout = bare.layers(fitting: input, ceilMode: ceilMode)
  }
}

extension Window {
  /// How many windows of an output of this extent see a value of the input.
  fileprivate func windows(over place: Size2D, output: Size2D) -> Int {
    Self.windows(place.height + padding.top, kernel.height, stride.height, dilation.height, output.height)
      * Self.windows(place.width + padding.left, kernel.width, stride.width, dilation.width, output.width)
  }

  /// Along one axis: windows begin at multiples of the stride, and see every `dilation`th place.
  private static func windows(_ place: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ output: Int) -> Int {
    (0..<kernel).count { index in
      let start = place - index * dilation
      return start >= 0 && start % stride == 0 && start / stride < output
    }
  }

  /// How often the window can be applied to its own output; nil for ever.
  fileprivate func layers(fitting input: Size2D, ceilMode: Bool) -> Int? {
    var (size, count) = (input, 0)
    while let next = try? outputSize(input: size, ceilMode: ceilMode) {
      if next == size { return nil }
      (size, count) = (next, count + 1)
    }
    return count
  }
}
