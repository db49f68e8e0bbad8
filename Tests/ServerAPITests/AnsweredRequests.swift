import WebPage

let classify = "/v1/classify"
let embed = "/v1/models/resnet8-cifar10/embeddings"
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
    }
}
