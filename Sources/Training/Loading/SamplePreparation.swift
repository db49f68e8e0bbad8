public import ImageInput

/// Turns an image of a data set into the input of a network, row-major floats, `[C][H][W]`.
///
/// Without augmentation every bit equals the input that `ImageInput` makes in serving. Each sample is a pure function
/// of the data, the seed and its `SampleDraw`.
public final class SamplePreparation: Sendable {
  /// The preprocessing in use. If the model averages ten crops, this one takes the centre crop.
  public let preprocessing: Preprocessing
  /// The random changes of each image.
  public let augmentation: Augmentation
  private let seed: UInt64
  private let images: RasterSource
  private let table: NormalisationTable

  /// A preparation for one data set.
  ///
  /// - Parameters:
  ///   - dataSet: the images.
  ///   - preprocessing: the way from an image to the network's input.
  ///   - augmentation: the random changes of each image.
  ///   - seed: the seed of the run.
  ///   - cacheBytes: the largest memory, in bytes, for images at the network's input size. Nothing is cached if not
  ///     all images fit, or with `resized-crop`.
  /// - Throws: `AugmentationError` if an augmentation is impossible at the input's size. `PreprocessingError` if the
  ///   preprocessing cannot be done without normalising.
  public init(
    _ dataSet: any DataSet, preprocessing: Preprocessing, augmentation: Augmentation = .none, seed: UInt64 = 0,
    cacheBytes: Int = LoaderOptions.standardCacheBytes
  ) throws {
    let preprocessing = preprocessing.forTraining
    try augmentation.check(inputSize: preprocessing.inputSize)
    self.preprocessing = preprocessing
    self.augmentation = augmentation
    self.seed = seed
    images = try RasterSource(
      dataSet, preprocessing, cacheBytes: augmentation.resizedCrop == nil ? cacheBytes : 0)
    table = try NormalisationTable(preprocessing)
  }

  /// The shape of one sample, `[C, H, W]`.
  public var sampleShape: [Int] { [images.format.channels, images.format.height, images.format.width] }

  /// Memory for one thread.
  func makeScratch() -> PreparationScratch { PreparationScratch(images.format) }

  /// One sample in an array of its own, row-major, `[C][H][W]`. `BatchLoader` avoids the allocation.
  ///
  /// - Throws: `ImageError` if the image cannot be decoded. `UnreadableFile` if its file cannot be read.
  public func sample(_ draw: SampleDraw) throws -> [Float] {
    let scratch = makeScratch()
    return try [Float](unsafeUninitializedCapacity: images.format.count) { values, initialized in
      try prepare(draw, scratch, into: values.baseAddress!)
      initialized = images.format.count
    }
  }

  /// Writes one sample, `[C][H][W]`.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func prepare(_ draw: SampleDraw, _ scratch: PreparationScratch, into target: UnsafeMutablePointer<Float>) throws {
    var planes =
      if let crop = augmentation.resizedCrop {
        try images.planes(of: crop, draw, seed: seed, scratch)
      } else {
        try images.planes(draw.sample, scratch)
      }
    if let jitter = augmentation.colourJitter { planes = jittered(planes, jitter, draw, scratch) }
    if let rotation = augmentation.rotation { planes = rotated(planes, rotation, draw, scratch) }
    write(planes, SamplePlacement(augmentation, draw, seed: seed), scratch, into: target)
    augmentation.erasing?.apply(to: target, images.format, draw, seed: seed)
  }

  private func jittered(
    _ planes: UnsafePointer<UInt8>, _ jitter: ColourJitter, _ draw: SampleDraw, _ scratch: PreparationScratch
  ) -> UnsafePointer<UInt8> {
    // Stored and cached images must not change.
    if planes != UnsafePointer(scratch.first) { scratch.first.update(from: planes, count: images.format.count) }
    let isBlueFirst = preprocessing.channelOrder == .bgr
    jitter.apply(
      jitter.changes(draw, seed: seed),
      to: ColourPlanes(samples: scratch.first, format: images.format, isBlueFirst: isBlueFirst))
    return UnsafePointer(scratch.first)
  }

  private func rotated(
    _ planes: UnsafePointer<UInt8>, _ rotation: RandomRotation, _ draw: SampleDraw, _ scratch: PreparationScratch
  ) -> UnsafePointer<UInt8> {
    RandomRotation.rotate(
      planes, images.format, degrees: rotation.angle(draw, seed: seed), into: scratch.second)
    return UnsafePointer(scratch.second)
  }

  /// Flips, shifts and normalises in one pass.
  func write(
    _ planes: UnsafePointer<UInt8>, _ placement: SamplePlacement, _ scratch: PreparationScratch,
    into target: UnsafeMutablePointer<Float>
  ) {
    let format = images.format
    let rows = placement.visible(format.height, shift: placement.y)
    let columns = placement.visible(format.width, shift: placement.x)
    for column in columns {
      let source = placement.source(column, side: format.width, shift: placement.x)
      scratch.columns[column] = Int32(placement.isMirrored ? format.width - 1 - source : source)
    }
    for channel in 0..<format.channels {
      let values = table.plane(channel)
      for row in 0..<format.height {
        let line = target + channel * format.planeSize + row * format.width
        guard rows.contains(row), !columns.isEmpty else {
          line.update(repeating: values[0], count: format.width)
          continue
        }
        let source = placement.source(row, side: format.height, shift: placement.y)
        let samples = planes + channel * format.planeSize + source * format.width
        line.update(repeating: values[0], count: columns.lowerBound)
        for column in columns { line[column] = values[Int(samples[Int(scratch.columns[column])])] }
        (line + columns.upperBound).update(repeating: values[0], count: format.width - columns.upperBound)
      }
    }
  }
}
