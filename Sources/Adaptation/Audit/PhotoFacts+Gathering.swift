import Foundation
import ImageInput
public import InferenceRuntime
import ModelServing
import Synchronization
public import Training

extension PhotoFacts {
  /// Looks at every image of a set. Each thread holds one decoded image at a time, and the threads decide about time
  /// alone.
  ///
  /// - Parameters:
  ///   - isStopping: asked before each image.
  ///   - progress: told how many images are done, by any of the threads.
  /// - Returns: in the order of the set; nothing where it was stopped.
  public static func gather(
    _ dataSet: any DataSet, pool: WorkerPool, isStopping: @Sendable () -> Bool = { false },
    progress: @Sendable (Int) -> Void = { _ in }
  ) -> [PhotoFacts]? {
    let count = dataSet.count
    let done = Atomic(0)
    let facts = [PhotoFacts](unsafeUninitializedCapacity: count) { facts, initialized in
      facts.initialize(repeating: PhotoFacts(contentHash: nil, bytes: nil, picture: nil, problem: nil))
      // Each task writes one element of its own.
      pool.run(taskCount: count) { _, index in
        guard !isStopping() else { return }
        facts[index] = PhotoFacts(dataSet, index)
        progress(done.add(1, ordering: .relaxed).newValue)
      }
      initialized = count
    }
    return done.load(ordering: .relaxed) == count ? facts : nil
  }

  /// Looks at one image of a set.
  public init(_ dataSet: any DataSet, _ index: Int) {
    self.init(contentHash: nil, bytes: nil, picture: nil, problem: nil)
    do {
      if let encoded = try dataSet.encoded(index) {
        try look(at: encoded)
      } else {
        let image = try dataSet.image(index)
        contentHash = image.contentHash
        picture = Picture(image)
      }
    } catch let error as UnreadableFile {
      problem = error.reason
    } catch {
      problem = String(describing: error)
    }
  }

  private mutating func look(at encoded: Data) throws(ImageError) {
    contentHash = SHA256.hexDigest(of: encoded)
    bytes = encoded.count
    guard !encoded.isEmpty else {
      problem = "the file is empty"
      return
    }
    picture = Picture(try PixelImage(encoded, reducedFor: Picture.workingSize))
  }
}

extension PhotoFacts.Picture {
  /// Pixels of the shorter side at which light and sharpness are measured, so that a picture's size says little about
  /// them: a little less than the 224 that most networks see. Smaller pictures keep their size.
  static let workingSide = 192

  init(_ image: PixelImage) {
    let size = Self.workingSize(image.originalSize)
    let luma = Plane(lumaOf: size == image.size ? image : image.resized(to: size, interpolation: .bilinear))
    self.init(
      width: image.originalSize.width, height: image.originalSize.height, light: Light(luma),
      sharpness: Sharpness.ofSharpestPart(luma), thumbnail: Thumbnail(image))
  }

  static func workingSize(_ image: PixelSize) -> PixelSize {
    min(image.width, image.height) <= workingSide ? image : Resize.shorterSide(workingSide).size(of: image)
  }
}

extension PixelImage {
  /// A JPEG is decoded at a half, a quarter or an eighth of its size where that leaves as many pixels as are needed.
  init(_ encoded: Data, reducedFor needed: (PixelSize) -> PixelSize) throws(ImageError) {
    // A typed error does not pass through Data's closure.
    let result = encoded.withUnsafeBytes { bytes in
      Result { () throws(ImageError) in
        let limits = DecodingLimits()
        let header = try ImageHeader(reading: bytes, within: limits)
        return try ImageDecoder.decode(bytes, header: header, limits: limits, needed: needed)
      }
    }
    self = try result.get()
  }
}
