/// A colour as hue, saturation and value of 8 bits each: Pillow's `Convert.c`, which follows Python's `colorsys`.
struct HueSaturationValue: Hashable {
  /// 255 is nearly a whole circle.
  var hue: UInt8
  let saturation: UInt8
  let value: UInt8

  init(red: UInt8, green: UInt8, blue: UInt8) {
    let greatest = max(red, max(green, blue))
    let least = min(red, min(green, blue))
    value = greatest
    guard greatest != least else {
      (hue, saturation) = (0, 0)
      return
    }
    let range = Float(greatest - least)
    let redPart = Float(greatest - red) / range
    let greenPart = Float(greatest - green) / range
    let bluePart = Float(greatest - blue) / range
    let sixth: Float =
      if red == greatest {
        bluePart - greenPart
      } else if green == greatest {
        Float(2.0 + Double(redPart) - Double(bluePart))
      } else {
        Float(4.0 + Double(greenPart) - Double(redPart))
      }
    let turned = Double(sixth) / 6 + 1
    hue = UInt8(Double(Float(turned - turned.rounded(.down))) * 255)
    saturation = UInt8(Double(range / Float(greatest)) * 255)
  }

  var rgb: (red: UInt8, green: UInt8, blue: UInt8) {
    guard saturation > 0 else { return (value, value, value) }
    let sixths = Double(Float(hue)) * 6 / 255
    let sector = Int(sixths)
    // Single and double precision in turns, as there.
    let fraction = Float(sixths - Double(sector))
    let part = Float(Double(saturation) / 255)
    let lowest = Self.rounded(Double(value) * (1 - Double(part)))
    let falling = Self.rounded(Double(value) * (1 - Double(part * fraction)))
    let rising = Self.rounded(Double(value) * (1 - Double(part) * (1 - Double(fraction))))
    return switch sector % 6 {
    case 0: (value, rising, lowest)
    case 1: (falling, value, lowest)
    case 2: (lowest, value, rising)
    case 3: (lowest, falling, value)
    case 4: (rising, lowest, value)
    default: (value, lowest, falling)
    }
  }

  private static func rounded(_ number: Double) -> UInt8 {
    UInt8(min(max(number.rounded(.toNearestOrAwayFromZero), 0), 255))
  }
}
