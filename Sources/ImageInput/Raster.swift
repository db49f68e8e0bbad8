/// 8-bit samples, interleaved, rows from the top: height x width x channels.
struct Raster {
  let size: PixelSize
  /// 3 (RGB) or 1 (grey).
  let channels: Int
  let samples: [UInt8]

  init(size: PixelSize, channels: Int, samples: [UInt8]) {
    precondition(samples.count == size.width * size.height * channels)
    self.size = size
    self.channels = channels
    self.samples = samples
  }

  /// A picture's RGB samples.
  init(_ image: PixelImage) {
    self.init(size: image.size, channels: 3, samples: image.pixels)
  }

  /// A picture's luma by the weights of ITU-R 601: 0.299 R + 0.587 G + 0.114 B, in 16-bit fixed point, rounded.
  init(lumaOf image: PixelImage) {
    let count = image.width * image.height
    let luma = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      image.pixels.withUnsafeBufferPointer { rgb in
        for pixel in 0..<count {
          let red = UInt32(rgb[pixel * 3]) &* 19595
          let green = UInt32(rgb[pixel * 3 + 1]) &* 38470
          let blue = UInt32(rgb[pixel * 3 + 2]) &* 7471
          output[pixel] = UInt8(truncatingIfNeeded: (red &+ green &+ blue &+ 0x8000) >> 16)
        }
      }
      initialized = count
    }
    self.init(size: image.size, channels: 1, samples: luma)
  }
}
