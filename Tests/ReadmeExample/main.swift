import Foundation
import ModelServing

let repository = ModelRepository(path: "models")
let model = try ServedModel(
  repository.package(named: "resnet8-cifar10"), configuration: ServingConfiguration(),
  decodePool: DecodePool(threadCount: 2))
let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "cat.png")))
let answer = try await model.classify([EncodedImage(name: "cat.png", bytes: bytes)])
for candidate in answer.predictions[0].classes {
  print(candidate.label.name, candidate.score)
}
