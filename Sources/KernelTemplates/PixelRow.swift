/// A row of pixels on its way from one arrangement of bytes to another.
public struct PixelRowArguments {
  public var source: UnsafePointer<UInt8>
  /// Pixels.
  public var count: Int
  public var target: UnsafeMutablePointer<UInt8>

  @inlinable
  public init(source: UnsafePointer<UInt8>, count: Int, target: UnsafeMutablePointer<UInt8>) {
    self.source = source
    self.count = count
    self.target = target
  }
}
