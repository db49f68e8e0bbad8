import ImageInput

/// The images of a data set at the network's size, as 8-bit samples in planes.
struct RasterSource: Sendable {
  private let dataSet: any DataSet
  /// Images that are stored as the network wants them.
  private let stored: StoredImages?
  private let cache: RasterCache?
  private let whole: Preprocessing
  private let stretching: Preprocessing
  let format: RasterFormat

  /// - Parameter cacheBytes: the most memory for images that are kept once they were made.
  init(_ dataSet: any DataSet, _ preprocessing: Preprocessing, cacheBytes: Int) throws(PreprocessingError) {
    self.dataSet = dataSet
    format = preprocessing.rasterFormat
    whole = try preprocessing.withoutNormalising()
    stretching = try preprocessing.stretching()
    stored = dataSet.storedImages.flatMap { preprocessing.keeps($0.format) ? $0 : nil }
    cache = stored == nil ? RasterCache(count: dataSet.count, format: format, budget: cacheBytes) : nil
  }

  /// An image as serving would see it; in memory of its own, or in the scratch memory's `first`.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func planes(_ index: Int, _ scratch: PreparationScratch) throws -> UnsafePointer<UInt8> {
    if let stored { return stored.planes(index) }
    if let planes = cache?.planes(index) { return planes }
    write(try dataSet.crops(index, whole), into: scratch)
    cache?.keep(scratch.first, for: index)
    return UnsafePointer(scratch.first)
  }

  /// A random part of an image, in the scratch memory's `first`.
  ///
  /// - Throws: `ImageError`, `UnreadableFile`.
  func planes(
    of crop: RandomResizedCrop, _ draw: SampleDraw, seed: UInt64, _ scratch: PreparationScratch
  ) throws -> UnsafePointer<UInt8> {
    let image = try dataSet.image(draw.sample)
    let part = image.cropped(to: crop.region(of: image.size, draw, seed: seed))
    write(stretching.crops(of: part), into: scratch)
    return UnsafePointer(scratch.first)
  }

  /// They are whole numbers from 0 to 255.
  private func write(_ crops: ImageCrops, into scratch: PreparationScratch) {
    crops.write(0, into: scratch.floats)
    for sample in 0..<format.count { scratch.first[sample] = UInt8(scratch.floats[sample]) }
  }
}
