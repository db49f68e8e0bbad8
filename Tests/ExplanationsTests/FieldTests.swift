import Architectures
import ImageInput
import ModelServing
import NetworkGraph
import TestSupport
import Testing

@testable import Explanations

@Suite("Receptive fields")
struct FieldTests {
  static let networks = ["alexnet", "vgg16", "resnet50", "inception_v3", "densenet121", "mobilenet_v2"]

  @Test("a unit sees the pixels for which PyTorch has a gradient, and no others", arguments: networks)
  func gradients(name: String) throws {
    let units = try #require(try Golden.read("fields", as: [String: [Golden.Unit]].self)[name])
    let network = try Architecture.named(name).network()
    #expect(units.count == 50)
    for unit in units {
      let field = try UnitField(in: network, layer: unit.layer, row: unit.row, column: unit.column)
      let clipped = field.clipped
      #expect([clipped.top, clipped.left, clipped.bottom, clipped.right] == unit.seen, "\(unit)")
      #expect(field.field.top <= clipped.top && field.field.right >= clipped.right, "\(unit)")
    }
  }

  @Test("the closed form is the walk back, wherever no edge is near")
  func closedForm() throws {
    for name in Self.networks {
      let network = try Architecture.named(name).network()
      let layers = try MapLayers(network)
      for layer in layers.names.prefix(20) {
        let field = try UnitField(in: network, layer: layer)
        let (whole, clipped) = (field.field, field.clipped)
        guard whole.top >= 0, whole.left >= 0, whole.bottom <= field.inputShape[1], whole.right <= field.inputShape[2]
        else { continue }
        #expect(whole == clipped, "\(name), \(layer)")
      }
    }
  }

  @Test("ResNet-50 of torchvision sees 427 pixels")
  func published() throws {
    let field = try UnitField(in: Architecture.named("resnet50").network(), layer: "layer4.2.relu")
    #expect(field.size == [427, 427])
    #expect(field.jump == [32, 32])
    #expect(field.row == 3 && field.column == 3)
  }

  @Test(
    "the effective field lies inside the theoretical one, exactly, and is smaller", arguments: ["block1.relu", "conv6"])
  func effective(layer: String) async throws {
    let inspector = Inspector(try Models.inspected(), line: ExplanationLine())
    let options = FieldOptions(layer: layer, isEffective: true)
    let photo = try await inspector.field(Models.photo(), options)
    for answer in [photo, try await inspector.field(options, timeout: .seconds(60))] {
      let effective = try #require(answer.effective)
      #expect(effective.shareInside == 1)
      let clipped = answer.unit.clipped
      for row in 0..<32 {
        for column in 0..<32
        where !(clipped.top..<clipped.bottom).contains(row)
          || !(clipped.left..<clipped.right).contains(column)
        {
          #expect(effective.map[row, column] == 0)
        }
      }
      #expect(effective.map.maximum > 0)
      #expect(effective.side > 0 && try #require(effective.shareOfField) < 1)
    }
  }

  @Test("a field comes back to the photo through crop and resize")
  func photo() throws {
    let preprocessing = try Preprocessing(
      resize: .shorterSide(64), crop: .center(PixelSize(32)), scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1])
    // 100 x 200 becomes 64 x 128, of which the middle is taken: 16 rows and 48 columns are left out on either side.
    let crop = CropGeometry(preprocessing, photo: PixelSize(width: 200, height: 100))
    #expect([crop.top, crop.left, crop.height, crop.width] == [16, 48, 32, 32])
    #expect(crop.photoRegion == Region(top: 25, left: 75, bottom: 75, right: 125))
    #expect(
      crop.onPhoto(Region(top: 8, left: -8, bottom: 16, right: 0))
        == Region(top: 37.5, left: 62.5, bottom: 50, right: 75))
  }

  @Test("units outside their map, and layers without one, are refused")
  func refused() throws {
    let network = try Architecture.named("resnet8").network()
    #expect(throws: InspectionError.unknownUnit(layer: "relu0", axis: .row, index: 32, count: 32)) {
      try UnitField(in: network, layer: "relu0", row: 32)
    }
    #expect(throws: InspectionError.unknownUnit(layer: "relu0", axis: .column, index: 40, count: 32)) {
      try UnitField(in: network, layer: "relu0", column: 40)
    }
    let error = #expect(throws: InspectionError.self) { try UnitField(in: network, layer: "fc") }
    #expect(error?.accepted?.contains("block3.relu") == true)
    #expect(error?.accepted?.contains("fc") == false)
    #expect(error?.layer == "fc")
  }
}
