import KernelTemplates
import NetworkGraph

/// How the values of one sample lie in memory.
enum Layout: Hashable, Sendable {
  /// Row-major `C x H x W`, or a vector.
  case planar
  /// `[blocks][H][W][lanes]`: channels in blocks of one vector each, lanes past the last channel zero.
  case blocked(lanes: Int)
}

extension TensorShape {
  /// Floats that one sample takes. Vectors have room to the end of the last vector register that a kernel writes.
  func storedCount(_ layout: Layout) -> Int {
    switch layout {
    case .planar: isFeatureMap ? elementsPerSample : roundedUpToCacheLine(elementsPerSample)
    case .blocked(let lanes): storedChannels(channels, lanes: lanes) * spatial.area
    }
  }
}

/// `count` floats in whole cache lines of 16.
func roundedUpToCacheLine(_ count: Int) -> Int { (count + 15) / 16 * 16 }
