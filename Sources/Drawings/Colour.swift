import Glibc

/// A colour of the screen (sRGB, 8 bits a channel).
public struct Colour: Hashable, Sendable {
  public let red: UInt8
  public let green: UInt8
  public let blue: UInt8

  /// From `0xRRGGBB`.
  public init(_ code: UInt32) {
    red = UInt8(code >> 16 & 255)
    green = UInt8(code >> 8 & 255)
    blue = UInt8(code & 255)
  }

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// As in `#0072b2`.
  public var code: String {
    "#"
      + [red, green, blue].map { channel in (channel < 16 ? "0" : "") + String(channel, radix: 16) }.joined()
  }

  /// The colour that lies a share of the way to another.
  public func mixed(with other: Colour, share: Double) -> Colour {
    let share = min(max(share, 0), 1)
    func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
    }
    return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }

  /// As bright by ITU-R 601, without its hue.
  public var grey: Colour {
    let (red, green, blue) = (Double(red), Double(green), Double(blue))
    let luma: Double = 0.299 * red + 0.587 * green + 0.114 * blue
    let level = UInt8(luma.rounded())
    return Colour(red: level, green: level, blue: level)
  }

  /// Contrast with another colour, from 1 to 21 (Web Content Accessibility Guidelines 2.2).
  public func contrast(with other: Colour) -> Double {
    let (one, two) = (luminance, other.luminance)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }

  /// Black or white, whichever is read better on this colour: at least 4.5 in contrast, whatever the colour is.
  public var textOnTop: Colour {
    contrast(with: .black) >= contrast(with: .white) ? .black : .white
  }

  private var luminance: Double {
    func linear(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}

/// Colours that stay apart for eyes that confuse red and green (Okabe and Ito, 2008), and greys.
extension Colour {
  public static let black = Colour(0x000000)
  public static let white = Colour(0xFFFFFF)
  public static let blue = Colour(0x0072B2)
  public static let vermillion = Colour(0xD55E00)
  public static let green = Colour(0x009E73)
  public static let purple = Colour(0xCC79A7)
  public static let orange = Colour(0xE69F00)
  public static let skyBlue = Colour(0x56B4E9)

  /// Of texts.
  public static let ink = Colour(0x1A1D21)
  /// Of texts beside the point; 5.9 in contrast on white.
  public static let quietInk = Colour(0x5C636B)
  public static let gridLine = Colour(0xE3E6EA)
  public static let axisLine = Colour(0x9AA1A9)
  public static let paleGround = Colour(0xF5F6F8)

  /// For lines and bars beside one another, in this order.
  public static let series = [blue, vermillion, green, purple, orange, skyBlue]
}
