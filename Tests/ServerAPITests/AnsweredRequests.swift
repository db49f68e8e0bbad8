let classify = "/v1/classify"
let embed = "/v1/models/resnet8-cifar10/embeddings"
let resnet8 = "/v1/models/resnet8-cifar10"
let jpeg = picture("baseline-444.jpg")
/// A red PNG of 8 x 8 pixels.
let base64 = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mO4oKCAFTEMLQkAvk5EAYUHFA8AAAAASUVORK5CYII="

/// Requests that are answered: every operation, in every form that it takes and gives.
extension TestRequest {
  static let classifications: [TestRequest] = [
    .post(classify, type: "image/jpeg", jpeg),
    .post("\(classify)?top_k=1&crop=center&scores=probability&timeout_ms=60000", type: "image/png", picture("rgb.png")),
    .post("\(classify)?top_k=100000&crop=stretch&scores=logit", type: "image/webp", picture("lossy.webp")),
    .post("/v1/models/center/classify", type: "application/octet-stream", jpeg),
    .post("/v1/models/wide/classify?crop=ten", type: nil, jpeg),
    .form(
      classify,
      [("image", "a.jpg", jpeg), ("photo", "b.png", picture("rgb.png")), ("top_k", nil, Array("2".utf8))]),
    .json(classify, #"{"images": [{"data": "\#(base64)", "name": null}], "top_k": 3, "scores": "logit"}"#),
    .json("/v1/models/ten/classify", #"{"images": [{"name": "red.png", "data": "\#(base64)"}]}"#),
  ]

  static let embeddings: [TestRequest] = [
    .post("\(embed)?crop=center&timeout_ms=60000", type: "image/jpeg", jpeg),
    .post("/v1/models/wide/embeddings?crop=ten", type: nil, jpeg),
    .form(embed, [("image", "a.jpg", jpeg), ("photo", "b.png", picture("rgb.png")), ("crop", nil, Array("ten".utf8))]),
    .json(embed, #"{"images": [{"data": "\#(base64)", "name": null}], "crop": null, "timeout_ms": 60000}"#),
    .post(embed, type: nil, jpeg, accept: "application/octet-stream"),
  ]

  static let inspections: [TestRequest] = [
    .post("\(resnet8)/explain?method=grad-cam&class=3&layer=block2.relu", type: "image/jpeg", jpeg),
    .post("/v1/models/center/explain?method=occlusion&patch=16&stride=8&crop=stretch", type: nil, jpeg),
    .form("/v1/models/center/explain", [("image", "a.jpg", jpeg), ("crop", nil, Array("center".utf8))]),
    .json("\(resnet8)/explain", #"{"images": [{"data": "\#(base64)", "name": null}], "timeout_ms": 60000}"#),
    .post("\(resnet8)/explain", type: nil, jpeg, accept: "image/png"),
    .post("\(resnet8)/activations?layer=conv0&top=3", type: nil, jpeg),
    .post("\(resnet8)/activations?format=png", type: nil, jpeg),
    .post("/v1/models/wide/input?crop=center", type: nil, jpeg),
    .post("/v1/models/wide/input?format=png", type: nil, jpeg),
    .post("/v1/models/wide/receptive-field?layer=block2.relu&row=0&effective=true", type: nil, jpeg),
    .post("/v1/models/center/receptive-field?effective=true&format=png", type: nil, jpeg),
    .get("\(resnet8)/receptive-field?layer=conv6&row=3&column=4&effective=true"),
    .get("\(resnet8)/receptive-field", accept: "image/svg+xml"),
    .get("/v1/architectures/resnet50/receptive-field?layer=layer1.0.relu&input=3x320x256"),
    .get("/v1/architectures/alexnet/receptive-field?format=svg"),
    .get("\(resnet8)/filters"), .get("\(resnet8)/filters?layer=conv1&from=2&count=3"),
    .get("\(resnet8)/filters?format=svg"), .get("\(resnet8)/filters", accept: "image/png"),
  ]

  static let questions: [TestRequest] =
    ["/v1/models", "/v1/models/resnet8-cifar10", "/v1/models/center", "/v1/models/ten", "/v1/models/wide"].map {
      .get($0)
    }
    + ["/v1/architectures", "/healthz", "/readyz", "/openapi.yaml"].map { .get($0) }
    + [
      "/v1/models/wide/summary?batch=2", "/v1/models/center/stats", "/v1/architectures/googlenet/summary",
      "/v1/architectures/vgg16/stats?input=3x64x96&num_classes=7&batch=1024",
      "/v1/compare?architectures=alexnet,lenet5,resnet20&models=wide",
    ].flatMap { target in
      ["application/json", "text/plain", "text/markdown", "text/csv"].map { .get(target, accept: $0) }
    }
}
