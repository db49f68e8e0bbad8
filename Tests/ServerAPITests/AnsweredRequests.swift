import WebPage

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
    + ["/v1/architectures", "/healthz", "/readyz", "/openapi.yaml", "/v1", "/"].map { .get($0) }
    + WebPage.files.keys.sorted().map { .get("/page/\($0)") }
    + [
      "/v1/models/wide/summary?batch=2", "/v1/models/center/stats", "/v1/architectures/googlenet/summary",
      "/v1/architectures/vgg16/stats?input=3x64x96&num_classes=7&batch=1024",
      "/v1/compare?architectures=alexnet,lenet5,resnet20&models=wide",
    ].flatMap { target in
      ["application/json", "text/plain", "text/markdown", "text/csv"].map { .get(target, accept: $0) }
    } + pictures + [.get("/v1/convolution/comparisons")]

  /// What is drawn, too.
  private static let pictures: [TestRequest] = [
    "/v1/models/wide/graph", "/v1/models/center/graph?fold=none", "/v1/models/ten/profile?measure=true&against=alexnet",
    "/v1/models/ten/profile?measure=true&against=wide", "/v1/architectures/resnet50/graph",
    "/v1/architectures/googlenet/graph?fold=none&input=3x96x64&num_classes=7",
    "/v1/architectures/alexnet/profile?against=vgg16", "/v1/architectures/vgg16/profile?input=3x64x96&num_classes=7",
    "/v1/compare?models=wide,center&architectures=resnet8&plot=throughput", "/v1/compare",
    "/v1/compare?plot=throughput",
    "/v1/convolution?input=3x227x227&filters=96&kernel=11&stride=4",
    "/v1/convolution?input=8x9x12&filters=16&kernel=3x5&stride=2x1&padding=1x2&dilation=2x1&groups=4&bias=false",
    "/v1/pooling?input=96x55x55&kernel=3&stride=2&ceil=true",
    "/v1/pooling?kind=average&input=8x7x9&kernel=2x3&padding=1",
  ].flatMap { target in
    ["application/json", "text/plain", "text/markdown", "text/csv", "image/svg+xml"].map { .get(target, accept: $0) }
  }
}
