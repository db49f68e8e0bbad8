import ImageInput
import Testing

@testable import Training

/// What torchvision and Pillow make of one image: see Tests/Goldens/training-data/generate.py.
private struct AugmentationGoldens: Decodable {
  struct Image: Decodable {
    let width: Int
    let height: Int
    let rgb: GoldenBytes
    let grey: GoldenBytes
  }
  struct Colour: Decodable {
    let change: String
    let amount: Double
    let isGrey: Bool
    let planes: GoldenBytes
  }
  struct Rotation: Decodable {
    let degrees: Double
    let isGrey: Bool
    let planes: GoldenBytes
  }
  struct Shift: Decodable {
    let isMirrored: Bool
    let x: Int
    let y: Int
    let padding: String
    let planes: GoldenBytes
  }
  struct Crop: Decodable {
    let x: Int
    let y: Int
    let width: Int
    let height: Int
    let outputWidth: Int
    let outputHeight: Int
    let planes: GoldenBytes
  }

  let image: Image
  let colours: [Colour]
  let rotations: [Rotation]
  let shifts: [Shift]
  let crops: [Crop]

  static let all = Result { try TrainingGoldens.json("augmentations.json", as: AugmentationGoldens.self) }

  func planes(isGrey: Bool) -> [UInt8] { isGrey ? image.grey.bytes : image.rgb.bytes }
  func format(isGrey: Bool) -> RasterFormat {
    RasterFormat(channels: isGrey ? 1 : 3, height: image.height, width: image.width)
  }
}

/// What torchvision's random transforms choose with our random numbers.
private struct ChoiceGoldens: Decodable {
  struct Crop: Decodable {
    let scale: [Double]
    let ratio: [Double]
    let width: Int
    let height: Int
    let sample: Int
    let region: [Int]
  }
  struct Erasing: Decodable {
    let area: [Double]
    let ratio: [Double]
    let sample: Int
    let planes: GoldenBytes
  }

  let seed: UInt64
  let epoch: Int
  let view: Int
  let crops: [Crop]
  let erasings: [Erasing]
}

private struct PipelineGolden: Decodable {
  let list: String
  let sample: Int
  let isGrey: Bool
  let seed: UInt64
  let epoch: Int
  let mean: [Double]
  let std: [Double]
  let values: GoldenBytes
}

@Suite("Augmentation as torchvision and Pillow have it")
struct AugmentationGoldenTests {
  private let goldens: AugmentationGoldens

  init() throws {
    goldens = try AugmentationGoldens.all.get()
  }

  private func changed(
    _ planes: [UInt8], _ format: RasterFormat, _ body: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: format.count) { output, initialized in
      output.initialize(repeating: 77)
      planes.withUnsafeBufferPointer { body($0.baseAddress!, output.baseAddress!) }
      initialized = format.count
    }
  }

  @Test("brightness, contrast, saturation and hue, to the bit")
  func colours() throws {
    let changes: [String: ColourChange] = [
      "brightness": .brightness, "contrast": .contrast, "saturation": .saturation, "hue": .hue,
    ]
    for golden in goldens.colours {
      let change = try #require(changes[golden.change])
      let format = goldens.format(isGrey: golden.isGrey)
      let result = changed(goldens.planes(isGrey: golden.isGrey), format) { source, target in
        target.update(from: source, count: format.count)
        change.apply(golden.amount, to: ColourPlanes(samples: target, format: format, isBlueFirst: false))
      }
      #expect(result == golden.planes.bytes, "\(golden.change) \(golden.amount), grey: \(golden.isGrey)")
    }
  }

  @Test("colours are the same where blue is the first plane")
  func blueFirst() throws {
    let format = goldens.format(isGrey: false)
    func swapped(_ planes: [UInt8]) -> [UInt8] {
      let size = format.planeSize
      return Array(planes[(2 * size)...] + planes[size..<2 * size] + planes[..<size])
    }
    for golden in goldens.colours where !golden.isGrey && golden.change != "brightness" {
      let change: ColourChange =
        golden.change == "hue" ? .hue : golden.change == "contrast" ? .contrast : .saturation
      let result = changed(swapped(goldens.planes(isGrey: false)), format) { source, target in
        target.update(from: source, count: format.count)
        change.apply(golden.amount, to: ColourPlanes(samples: target, format: format, isBlueFirst: true))
      }
      #expect(result == swapped(golden.planes.bytes))
    }
  }

  @Test("rotation, to the bit")
  func rotations() {
    for golden in goldens.rotations {
      let format = goldens.format(isGrey: golden.isGrey)
      let result = changed(goldens.planes(isGrey: golden.isGrey), format) {
        RandomRotation.rotate($0, format, degrees: golden.degrees, into: $1)
      }
      #expect(result == golden.planes.bytes, "\(golden.degrees) degrees, grey: \(golden.isGrey)")
    }
  }

  @Test("flip and shift, to the bit")
  func shifts() throws {
    let format = goldens.format(isGrey: false)
    for golden in goldens.shifts {
      var placement = SamplePlacement(.none, SampleDraw(sample: 0), seed: 0)
      (placement.isMirrored, placement.x, placement.y) = (golden.isMirrored, golden.x, golden.y)
      placement.padding = try #require(RandomShift.Padding(rawValue: golden.padding))
      let set = DataFixtures.stored(goldens.planes(isGrey: false), format, labels: [0])
      let preparation = try SamplePreparation(set, preprocessing: .samples(format))
      var values = [Float](repeating: -1, count: format.count)
      goldens.planes(isGrey: false).withUnsafeBufferPointer { planes in
        values.withUnsafeMutableBufferPointer {
          preparation.write(planes.baseAddress!, placement, preparation.makeScratch(), into: $0.baseAddress!)
        }
      }
      #expect(
        values == golden.planes.bytes.map(Float.init),
        "\(golden.isMirrored) \(golden.x) \(golden.y) \(golden.padding)")
    }
  }

  @Test("a part of the image brought to a size, to the bit")
  func crops() throws {
    let format = goldens.format(isGrey: false)
    let image = DataFixtures.stored(goldens.planes(isGrey: false), format, labels: [0]).image(0)
    for golden in goldens.crops {
      let region = PixelRegion(x: golden.x, y: golden.y, width: golden.width, height: golden.height)
      let preprocessing = Preprocessing.samples(
        RasterFormat(channels: 3, height: golden.outputHeight, width: golden.outputWidth))
      var values = [Float](repeating: 0, count: preprocessing.elementsPerCrop)
      try values.withUnsafeMutableBufferPointer {
        try preprocessing.stretching().crops(of: image.cropped(to: region)).write(0, into: $0)
      }
      #expect(values == golden.planes.bytes.map(Float.init), "\(region) to \(preprocessing.inputSize)")
    }
  }

  @Test("resized crops and erased rectangles are chosen as torchvision does")
  func choices() throws {
    let goldens = try TrainingGoldens.json("choices.json", as: ChoiceGoldens.self)
    for golden in goldens.crops {
      let crop = RandomResizedCrop(
        scale: golden.scale[0]...golden.scale[1], ratio: golden.ratio[0]...golden.ratio[1])
      let region = crop.region(
        of: PixelSize(width: golden.width, height: golden.height),
        SampleDraw(epoch: goldens.epoch, sample: golden.sample, view: goldens.view), seed: goldens.seed)
      #expect([region.x, region.y, region.width, region.height] == golden.region, "\(golden)")
    }
    let format = self.goldens.format(isGrey: true)
    for golden in goldens.erasings {
      let erasing = RandomErasing(
        probability: 0.5, area: golden.area[0]...golden.area[1], ratio: golden.ratio[0]...golden.ratio[1])
      var values = [Float](repeating: 1, count: format.count)
      values.withUnsafeMutableBufferPointer {
        erasing.apply(
          to: $0.baseAddress!, format, SampleDraw(epoch: goldens.epoch, sample: golden.sample, view: goldens.view),
          seed: goldens.seed)
      }
      #expect(values == golden.planes.bytes.map(Float.init), "\(golden.area) \(golden.ratio), sample \(golden.sample)")
    }
  }

  @Test("whole chains give what torchvision's give")
  func pipelines() throws {
    for golden in try TrainingGoldens.json("pipelines.json", as: [PipelineGolden].self) {
      let format = goldens.format(isGrey: golden.isGrey)
      let count = golden.sample + 1
      let samples = (0..<count).flatMap { _ in goldens.planes(isGrey: golden.isGrey) }
      let set = DataFixtures.stored(samples, format, labels: [Int32](repeating: 0, count: count))
      let preprocessing = try Preprocessing(
        resize: .none, crop: .center(PixelSize(width: format.width, height: format.height)),
        channelOrder: golden.isGrey ? .grey : .rgb, scale: 1 / 255, mean: golden.mean, std: golden.std)
      let preparation = try SamplePreparation(
        set, preprocessing: preprocessing, augmentation: Augmentation(list: golden.list), seed: golden.seed)
      let values = try preparation.sample(SampleDraw(epoch: golden.epoch, sample: golden.sample))
      let difference = zip(values, golden.values.floats).map { abs($0 - $1) }.max() ?? 9
      #expect(values.count == golden.values.floats.count && difference < 1e-6, "\(golden.list), \(golden.sample)")
    }
  }
}

extension Preprocessing {
  /// Colours, or grey, as they are: from 0 to 255.
  static func samples(_ format: RasterFormat) -> Preprocessing {
    do {
      return try Preprocessing(
        resize: .stretch(PixelSize(width: format.width, height: format.height)), crop: .none,
        channelOrder: format.channels == 1 ? .grey : .rgb, scale: 1,
        mean: [Double](repeating: 0, count: format.channels), std: [Double](repeating: 1, count: format.channels))
    } catch {
      fatalError("\(error)")
    }
  }
}
