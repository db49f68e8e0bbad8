import NetworkGraph

/// The effect of padding at the border of a feature map (Goodfellow, Bengio, Courville: Deep Learning, 2016, section
/// 9.5).
///
/// Without padding a map shrinks with every layer, and fewer windows see the values at the border than those in the
/// middle.
public struct BorderEffect: Codable, Hashable, Sendable {
  /// Height and width of the output without padding; `nil` where the window does not fit the map without padding.
  public let outputWithout: [Int]?
  /// Number of positions of each output map that exist only because of padding.
  public let positions: Int
  /// `positions` divided by all positions of an output map, `0...1`.
  public let share: Double
  /// Number of windows, with padding, that see the upper left value of the input.
  public let windowsAtCorner: Int
  /// Number of windows, without padding, that see the upper left value of the input; 0 where the window does not fit.
  public let windowsAtCornerWithout: Int
  /// Number of windows, with padding, that see the value in the middle of the input.
  public let windowsAtCentre: Int
  /// How many such layers can follow one another without padding before the window no longer fits; `nil` where the map
  /// stops shrinking.
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
  /// Number of windows that see the value at `place`, for an output of extent `output`.
  fileprivate func windows(over place: Size2D, output: Size2D) -> Int {
    Self.windows(place.height + padding.top, kernel.height, stride.height, dilation.height, output.height)
      * Self.windows(place.width + padding.left, kernel.width, stride.width, dilation.width, output.width)
  }

  /// The same along one axis. Windows begin at multiples of the stride, and see every `dilation`th place.
  private static func windows(_ place: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ output: Int) -> Int {
    (0..<kernel).count { index in
      let start = place - index * dilation
      return start >= 0 && start % stride == 0 && start / stride < output
    }
  }

  /// How often the window can be applied to its own output; `nil` where it always fits.
  fileprivate func layers(fitting input: Size2D, ceilMode: Bool) -> Int? {
    var (size, count) = (input, 0)
    while let next = try? outputSize(input: size, ceilMode: ceilMode) {
      if next == size { return nil }
      (size, count) = (next, count + 1)
    }
    return count
  }
}
