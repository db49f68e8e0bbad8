import ImageInput
import InferenceRuntime

/// A decoded image as the network takes it: one tensor a crop.
package struct PreparedImage: Sendable {
  package let name: String
  /// Of the upright picture.
  package let size: PixelSize
  package let crops: [Tensor]
  package let time: Duration
}

/// From images as they came to a network's inputs, within the limits of one server.
struct ImagePreparation: Sendable {
  let decodePool: DecodePool
  let decodingLimits: DecodingLimits
  let maximumRequestPixels: Int
  let jpegDecoding: JPEGDecoding

  init(_ configuration: ServingConfiguration, decodePool: DecodePool) {
    self.decodePool = decodePool
    decodingLimits = configuration.decodingLimits
    maximumRequestPixels = configuration.maximumRequestPixels
    jpegDecoding = configuration.jpegDecoding
  }

  /// Decodes all images, several at a time, in their order.
  ///
  /// - Throws: `UndecodableImage` for the first image that cannot be decoded, `TooManyPixels`, `CancellationError`.
  func prepare(_ images: [EncodedImage], _ preprocessing: Preprocessing) async throws -> [PreparedImage] {
    let headers = try acceptableHeaders(of: images)
    return try await withThrowingTaskGroup(of: (Int, PreparedImage).self) { group in
      for (index, (image, header)) in zip(images, headers).enumerated() {
        group.addTask {
          (index, try await decodePool.run { try prepare(image, header, preprocessing) })
        }
      }
      var prepared = [PreparedImage?](repeating: nil, count: images.count)
      for try await (index, image) in group { prepared[index] = image }
      return prepared.map { $0! }
    }
  }

  /// Decodes one image, upright, at its own size or at a reduced size that is at least the needed one.
  ///
  /// - Throws: the errors of `prepare`.
  func picture(
    _ image: EncodedImage, needed: @escaping @Sendable (PixelSize) -> PixelSize
  ) async throws -> PixelImage {
    let header = try acceptableHeaders(of: [image])[0]
    return try await decodePool.run {
      try decodePool.pixels.withRoom(for: header.storedPixels) {
        try named(image) { try ImageDecoder.decode($0, header: header, limits: decodingLimits, needed: needed) }
      }
    }
  }

  /// Reads the headers alone, so that a request with too many pixels is refused before any image is decoded.
  private func acceptableHeaders(of images: [EncodedImage]) throws -> [ImageHeader] {
    let headers = try images.map { image in
      try named(image) { try ImageHeader(reading: $0, within: decodingLimits) }
    }
    let pixels = headers.reduce(0) { $0 + $1.storedPixels }
    guard pixels <= maximumRequestPixels else { throw TooManyPixels(pixels: pixels, maximum: maximumRequestPixels) }
    return headers
  }

  /// Reads an image's bytes, and adds the image's name to errors of the decoder.
  private func named<Value>(_ image: EncodedImage, _ read: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
    do {
      return try image.bytes.withUnsafeBytes(read)
    } catch let error as ImageError {
      throw UndecodableImage(image: image.name, reason: error)
    }
  }

  private func prepare(
    _ image: EncodedImage, _ header: ImageHeader, _ preprocessing: Preprocessing
  ) throws -> PreparedImage {
    try decodePool.pixels.withRoom(for: header.storedPixels) { try decode(image, header, preprocessing) }
  }

  private func decode(
    _ image: EncodedImage, _ header: ImageHeader, _ preprocessing: Preprocessing
  ) throws -> PreparedImage {
    let start = ContinuousClock.now
    let crops = try named(image) {
      try preprocessing.crops(of: $0, header: header, limits: decodingLimits, jpegDecoding: jpegDecoding)
    }
    let shape = [preprocessing.channels, preprocessing.inputSize.height, preprocessing.inputSize.width]
    let tensors = (0..<crops.count).map { crop in Tensor(shape: shape) { crops.write(crop, into: $0) } }
    return PreparedImage(
      name: image.name, size: crops.originalSize, crops: tensors, time: ContinuousClock.now - start)
  }
}
