import ImageInput

/// Samples of one kind, `height x width`.
struct Plane: Hashable, Sendable {
  let width: Int
  let height: Int
  var samples: [Float]

  init(width: Int, height: Int, samples: [Float]) {
    precondition(samples.count == width * height, "\(width) x \(height) samples, not \(samples.count)")
    self.width = width
    self.height = height
    self.samples = samples
  }

  /// Luma from 0 to 255, of the weights of ITU-R BT.601, as JPEG has it.
  init(lumaOf image: PixelImage) {
    let samples = [Float](unsafeUninitializedCapacity: image.width * image.height) { luma, initialized in
      image.pixels.withUnsafeBufferPointer { pixels in
        for index in luma.indices {
          luma[index] =
            0.299 * Float(pixels[index * 3]) + 0.587 * Float(pixels[index * 3 + 1])
            + 0.114 * Float(pixels[index * 3 + 2])
        }
      }
      initialized = luma.count
    }
    self.init(width: image.width, height: image.height, samples: samples)
  }
}
