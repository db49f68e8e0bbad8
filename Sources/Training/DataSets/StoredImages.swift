import ImageInput

/// Images of one size as 8-bit samples in memory, `[count][channels][height][width]`, or a choice of them. Copies
/// share the memory.
public struct StoredImages: Sendable {
  /// The shape of each image.
  public let format: RasterFormat
  let memory: ByteMemory
  /// The places in memory, in the order of the data set; `nil` if the two orders are the same.
  private let places: [Int32]?

  init(format: RasterFormat, memory: ByteMemory) {
    self.init(format: format, memory: memory, places: nil)
  }

  private init(format: RasterFormat, memory: ByteMemory, places: [Int32]?) {
    self.format = format
    self.memory = memory
    self.places = places
  }

  var count: Int { places?.count ?? memory.count / format.count }

  /// The images at some indices, in that order.
  func choosing(_ indices: [Int]) -> StoredImages {
    StoredImages(format: format, memory: memory, places: indices.map { places?[$0] ?? Int32($0) })
  }

  /// `[channels][height][width]`, as long as these images are there.
  func planes(_ index: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(memory.pointer + Int(places?[index] ?? Int32(index)) * format.count)
  }

  /// Interleaved; grey three times.
  func image(_ index: Int) -> PixelImage {
    let planes = planes(index)
    let stride = format.channels == 1 ? 0 : format.planeSize
    let pixels = [UInt8](unsafeUninitializedCapacity: format.planeSize * 3) { pixels, initialized in
      for pixel in 0..<format.planeSize {
        for channel in 0..<3 { pixels[pixel * 3 + channel] = planes[channel * stride + pixel] }
      }
      initialized = format.planeSize * 3
    }
    return PixelImage(width: format.width, height: format.height, pixels: pixels)
  }

  /// The largest memory for stored images. Larger sets have to be files of images.
  static let maximumBytes = 4 << 30
}
