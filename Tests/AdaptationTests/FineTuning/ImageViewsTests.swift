import ImageInput
import TestSupport
import Testing
import Training

@testable import Adaptation

@Suite struct ImageViewsTests {
  private let dataSet = Stripes(count: 4)
  private let views: ImageViews
  private let preprocessing: Preprocessing

  init() throws {
    preprocessing = try Preprocessing(
      resize: .none, crop: .center(PixelSize(32)), scale: 1 / 255, mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.3])
    views = try ImageViews(dataSet, preprocessing, seed: 3)
  }

  private func picture(_ sample: Int, _ view: Int) throws -> [Float] {
    try views.picture(Picture(sample: sample, view: view))
  }

  @Test("the first view is what serving sees, bit by bit, the second its mirror image")
  func first() throws {
    var served = [Float](repeating: 0, count: 3 * 32 * 32)
    try served.withUnsafeMutableBufferPointer { try dataSet.crops(2, preprocessing).write(0, into: $0) }
    #expect(try picture(2, 0) == served)
    let mirrored = served.indices.map { served[$0 / 32 * 32 + 31 - $0 % 32] }
    #expect(try picture(2, 1) == mirrored)
  }

  @Test("other views are parts of the image, each another one, and the same whenever they are made")
  func others() throws {
    let made = try (0..<2).flatMap { sample in try (0..<5).map { try picture(sample, $0) } }
    #expect(Set(made).count == 10)
    #expect(try ImageViews(dataSet, preprocessing, seed: 3).picture(Picture(sample: 1, view: 4)) == made[9])
    #expect(try ImageViews(dataSet, preprocessing, seed: 4).picture(Picture(sample: 1, view: 4)) != made[9])
  }
}
