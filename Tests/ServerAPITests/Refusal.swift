import HTTPTypes
import Testing

@testable import ServerAPI

/// A request that is refused: with which status and type, and which words tell the client what is accepted.
struct Refusal: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let request: TestRequest
  let status: Int
  let kind: ProblemKind
  let says: String

  init(_ name: String, _ request: TestRequest, _ status: Int, _ kind: ProblemKind, says: String) {
    testDescription = name
    self.request = request
    self.status = status
    self.kind = kind
    self.says = says
  }
}

extension Refusal {
  static let images = [
    Refusal(
      "text sent as JPEG", .post(classify, type: "image/jpeg", Array("hello".utf8)), 400, .imageUndecodable,
      says: "found text; accepted are JPEG, PNG and WebP"),
    Refusal(
      "a truncated JPEG", .post(classify, type: "image/jpeg", Array(jpeg.prefix(jpeg.count / 2))), 400,
      .imageUndecodable, says: "cannot be decoded"),
    Refusal(
      "an animated WebP", .post(classify, type: "image/webp", picture("animated.webp")), 400, .imageUndecodable,
      says: "only still pictures are accepted"),
    Refusal(
      "a bad second file", .form(classify, [("image", "a.jpg", jpeg), ("image", "b.jpg", Array("GIF89a".utf8))]), 400,
      .imageUndecodable, says: "b.jpg: not a picture in an accepted format: found a GIF image"),
    Refusal(
      "too many pixels", .post(classify, type: "image/jpeg", picture("photo.jpg")), 413, .imageTooLarge,
      says: "at most 4000 are accepted"),
    Refusal(
      "too many crops", .form("/v1/models/ten/classify", (1...101).map { ("image", "\($0).jpg", jpeg) }), 413,
      .tooManyImages, says: "at most 1000 are accepted"),
    Refusal(
      "no time", .form("\(classify)?timeout_ms=1", (1...16).map { ("image", "\($0).jpg", jpeg) }), 504,
      .deadlineExceeded, says: "before its answer was ready"),
  ]

  static let embeddings = [
    Refusal(
      "a bad second image to embed",
      .form(embed, [("image", "a.jpg", jpeg), ("image", "b.jpg", Array("GIF89a".utf8))]), 400, .imageUndecodable,
      says: "b.jpg: not a picture in an accepted format: found a GIF image"),
    Refusal(
      "an unknown model to embed with", .post("/v1/models/resnet9/embeddings", type: nil, jpeg), 404, .unknownModel,
      says: "this server has center, resnet8-cifar10, ten, wide"),
    Refusal(
      "embeddings as text", .post(embed, type: nil, jpeg, accept: "text/csv"), 406, .notAcceptable,
      says: "application/json, application/octet-stream"),
    Refusal(
      "embeddings of text", .post(embed, type: "text/plain", jpeg), 415, .unsupportedMediaType,
      says: "send image/jpeg, image/png, image/webp"),
    Refusal("embeddings of nothing", .post(embed, type: nil, []), 400, .emptyBody, says: "curl -F image=@cat.jpg"),
    Refusal(
      "embeddings with top_k", .post("\(embed)?top_k=3", type: nil, jpeg), 400, .invalidParameter,
      says: #"no parameter "top_k" here; accepted: crop, timeout_ms"#),
    Refusal(
      "embeddings with top_k in a form", .form(embed, [("image", "a", jpeg), ("top_k", nil, [0x33])]), 400,
      .invalidParameter, says: #"no field "top_k" here; accepted: image, crop, timeout_ms"#),
    Refusal(
      "embeddings with scores in JSON",
      .json(embed, #"{"images": [{"data": "\#(base64)"}], "scores": null}"#), 400, .invalidParameter,
      says: #"no field "scores" here; accepted: images, crop, timeout_ms"#),
    Refusal(
      "too many crops to embed", .form("/v1/models/ten/embeddings", (1...101).map { ("image", "\($0).jpg", jpeg) }),
      413,
      .tooManyImages, says: "at most 1000 are accepted"),
    Refusal(
      "no time to embed", .form("\(embed)?timeout_ms=1", (1...16).map { ("image", "\($0).jpg", jpeg) }), 504,
      .deadlineExceeded, says: "before its answer was ready"),
  ]

  static let inspections = [
    Refusal(
      "an unknown layer", .post("\(resnet8)/explain?layer=block3", type: nil, jpeg), 400, .invalidParameter,
      says: #"resnet8 has no layer "block3"; accepted: block3.relu1, block3.add, block3.relu"#),
    Refusal(
      "a layer without a map", .post("\(resnet8)/activations?layer=fc", type: nil, jpeg), 400, .invalidParameter,
      says: "gives a vector of 10 values, which has no place on the picture"),
    Refusal(
      "a class that is none", .post("\(resnet8)/explain?class=10", type: nil, jpeg), 400, .invalidParameter,
      says: "class=10 is none of the model's; accepted: a whole number from 0 to 9"),
    Refusal(
      "a class that there is not", .post("\(resnet8)/explain?class=wolf", type: nil, jpeg), 400, .invalidParameter,
      says: "class=wolf is no label of the model; accepted: a label or its identifier, or a whole number from 0 to 9"),
    Refusal(
      "a layer for occlusion", .post("\(resnet8)/explain?method=occlusion&layer=conv0", type: nil, jpeg), 400,
      .invalidParameter, says: "layer is no choice of method=occlusion; accepted beside it: patch, stride"),
    Refusal(
      "an unknown method", .post("\(resnet8)/explain?method=lime", type: nil, jpeg), 400, .invalidParameter,
      says: "accepted: grad-cam, occlusion"),
    Refusal(
      "a filter behind the last one", .get("\(resnet8)/filters?from=16&format=png"), 400, .invalidParameter,
      says: "a whole number from 0 to 15"),
    Refusal(
      "a patch that is too large", .post("\(resnet8)/explain?method=occlusion&patch=33", type: nil, jpeg), 400,
      .invalidParameter, says: "a whole number from 1 to 32"),
    Refusal(
      "a patch that leaves gaps", .post("\(resnet8)/explain?method=occlusion&patch=4&stride=5", type: nil, jpeg), 400,
      .invalidParameter, says: "a whole number from 1 to 4"),
    Refusal(
      "an explanation of text", .post("\(resnet8)/explain", type: "image/jpeg", Array("hello".utf8)), 400,
      .imageUndecodable, says: "found text; accepted are JPEG, PNG and WebP"),
    Refusal(
      "an explanation of two pictures",
      .form("\(resnet8)/explain", [("image", "a.jpg", jpeg), ("image", "b.jpg", jpeg)]), 413, .tooManyImages,
      says: "more than 1 images"),
    Refusal(
      "an explanation of ten crops", .post("/v1/models/ten/explain", type: nil, jpeg), 400, .invalidParameter,
      says: "accepted: crop=center, crop=stretch"),
    Refusal(
      "an explanation as CSV", .post("\(resnet8)/explain", type: nil, jpeg, accept: "text/csv"), 406, .notAcceptable,
      says: "application/json, image/png"),
    Refusal(
      "an explanation as SVG", .post("\(resnet8)/explain?format=svg", type: nil, jpeg), 400, .invalidParameter,
      says: "format=svg is not accepted; accepted: json, png"),
    Refusal(
      "an unknown model to explain", .post("/v1/models/resnet9/explain", type: nil, jpeg), 404, .unknownModel,
      says: "this server has center"),
    Refusal(
      "no time to explain",
      .post("\(resnet8)/explain?method=occlusion&patch=2&stride=1&timeout_ms=1", type: nil, jpeg), 504,
      .deadlineExceeded, says: "before its answer was ready"),
    Refusal(
      "no channels", .post("\(resnet8)/activations?top=0", type: nil, jpeg), 400, .invalidParameter,
      says: "a whole number from 1 to 4096"),
    Refusal(
      "filters of a pooling layer", .get("\(resnet8)/filters?layer=relu0"), 400, .invalidParameter,
      says: "is of kind relu and has no filters; accepted: "),
    Refusal(
      "filters of no layer", .get("\(resnet8)/filters?layer=%3Cscript%3E"), 400, .invalidParameter,
      says: #"resnet8 has no layer "<script>"; accepted: "#),
    Refusal(
      "a unit outside its map", .get("\(resnet8)/receptive-field?layer=block3.relu&row=8"), 400, .invalidParameter,
      says: "row=8 lies outside the map of layer block3.relu; accepted: a whole number from 0 to 7"),
    Refusal(
      "the field of a vector", .get("/v1/architectures/vgg16/receptive-field?layer=classifier.0"), 400,
      .invalidParameter, says: "gives a vector of 4096 values"),
    Refusal(
      "a field that is perhaps effective", .get("\(resnet8)/receptive-field?effective=1"), 400, .invalidParameter,
      says: "accepted: true, false"),
    Refusal(
      "the effective field of an architecture", .get("/v1/architectures/vgg16/receptive-field?effective=true"), 400,
      .invalidParameter, says: #"no parameter "effective" here"#),
  ]

  static let bodies = [
    Refusal(
      "an empty body", .post(classify, type: "image/jpeg", []), 400, .emptyBody, says: "curl -F image=@cat.jpg"),
    Refusal(
      "a body without a length", TestRequest(method: .post, target: classify), 411, .lengthRequired,
      says: "needs a Content-Length"),
    Refusal(
      "a body of text", .post(classify, type: "text/plain", jpeg), 415, .unsupportedMediaType,
      says: "send image/jpeg, image/png, image/webp"),
    Refusal(
      "what curl --data-binary declares", .post(classify, type: "application/x-www-form-urlencoded", jpeg), 415,
      .unsupportedMediaType, says: "add -H 'Content-Type: image/jpeg'"),
    Refusal(
      "a type that is none", .post(classify, type: "jpeg", jpeg), 400, .invalidRequest, says: "such as image/jpeg"),
    Refusal(
      "a form without a boundary", .post(classify, type: "multipart/form-data", jpeg), 400, .invalidRequest,
      says: "let the client library set the field"),
    Refusal(
      "a form that is cut off", .post(classify, type: "multipart/form-data; boundary=x", Array("--x\r\n".utf8)), 400,
      .invalidRequest, says: "does not end with --x--"),
    Refusal(
      "a form with an unknown field", .form(classify, [("topk", nil, Array("5".utf8))]), 400, .invalidParameter,
      says: "accepted: image, top_k, crop, scores, timeout_ms"),
    Refusal(
      "a form with a repeated option",
      .form(classify, [("top_k", nil, Array("5".utf8)), ("top_k", nil, Array("6".utf8))]), 400, .invalidParameter,
      says: "give it once"),
    Refusal(
      "a form without an image", .form(classify, [("top_k", nil, Array("5".utf8))]), 400, .invalidRequest,
      says: "send at least one, in the form field image"),
    Refusal("JSON that is none", .json(classify, "{"), 400, .invalidRequest, says: #"accepted: {"images": [{"name""#),
    Refusal(
      "JSON without images", .json(classify, "{}"), 400, .invalidRequest, says: "the field images is missing"),
    Refusal(
      "JSON with a comma behind the last image",
      .json(classify, "{\"images\": [{\"data\": \"\(base64)\"}, \n]}"), 400, .invalidRequest,
      says: "a comma stands behind the last value"),
    Refusal(
      "JSON with a comma behind the last member",
      .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 1,}"#), 400, .invalidRequest,
      says: "a comma stands behind the last value"),
    Refusal(
      "JSON of 1,001 images",
      .json(
        classify, #"{"images": ["# + Array(repeating: #"{"data": "/9j/"}"#, count: 1001).joined(separator: ",") + "]}"),
      413, .tooManyImages, says: "the request holds more than 1000 images"),
    Refusal(
      "a form of 1,001 images", .form(classify, (1...1001).map { ("image", "\($0).jpg", [0xFF]) }), 413, .tooManyImages,
      says: "the request holds more than 1000 images"),
    Refusal(
      "a form of 2,000 images", .form(classify, (1...2000).map { ("image", "\($0).jpg", [0xFF]) }), 413, .tooManyImages,
      says: "the request holds more than 1000 images"),
    Refusal("JSON with no image", .json(classify, #"{"images": []}"#), 400, .invalidRequest, says: "at least one"),
    Refusal(
      "JSON with an unknown member", .json(classify, #"{"images": [{"data": "\#(base64)"}], "topk": 3}"#), 400,
      .invalidParameter, says: #"no field "topk" here; accepted: images, crop, scores, top_k, timeout_ms"#),
    Refusal(
      "JSON with an unknown member of an image", .json(classify, #"{"images": [{"url": "x"}]}"#), 400,
      .invalidParameter, says: "accepted: name, data"),
    Refusal(
      "JSON nested 17 levels deep",
      .json(classify, String(repeating: "[", count: 17) + String(repeating: "]", count: 17)), 400, .invalidRequest,
      says: "nested deeper than 16 levels"),
    Refusal(
      "JSON nested 10 million levels deep", .json(classify, String(repeating: "[", count: 10_000_000)), 400,
      .invalidRequest, says: "nested deeper than 16 levels"),
    Refusal(
      "JSON of 500,000 images",
      .json(classify, #"{"images": ["# + String(repeating: #"{"data": "/9j/"},"#, count: 500_000) + "{}]}"), 413,
      .tooManyImages, says: "more values than 1000 images need"),
    Refusal(
      "JSON of an endless row of numbers", .json(classify, #"{"images": ["# + String(repeating: "0,", count: 1 << 20)),
      413, .tooManyImages, says: "more values than 1000 images need"),
    Refusal(
      "JSON with an image's name of 1,025 bytes",
      .json(classify, #"{"images": [{"name": "\#(String(repeating: "n", count: 1025))", "data": "\#(base64)"}]}"#), 400,
      .invalidRequest, says: "has 1025 bytes; at most 1024 are accepted"),
    Refusal(
      "JSON with a very long member", .json(classify, #"{"\#(String(repeating: "m", count: 1 << 20))": 1}"#), 400,
      .invalidParameter, says: #"no field "\#(String(repeating: "m", count: 60))..." here"#),
    Refusal(
      "JSON with an image that is a number", .json(classify, #"{"images": [{"data": 1}]}"#), 400, .invalidRequest,
      says: "the field images[0].data has the wrong type: it has to be a string"),
    Refusal(
      "JSON that is an array", .json(classify, "[]"), 400, .invalidRequest,
      says: "the outermost value has to be an object"),
    Refusal(
      "JSON that is a number", .json(classify, "7"), 400, .invalidRequest,
      says: "the outermost value has to be an object"),
    Refusal(
      "JSON whose images are an object", .json(classify, #"{"images": {}}"#), 400, .invalidRequest,
      says: "the field images has the wrong type: it has to be an array"),
    Refusal(
      "JSON whose images are null", .json(classify, #"{"images": null}"#), 400, .invalidRequest,
      says: "the field images has the wrong type: it has to be an array"),
    Refusal(
      "JSON whose second image is text",
      .json(classify, #"{"images": [{"data": "\#(base64)"}, "\#(base64)"]}"#), 400, .invalidRequest,
      says: "the field images[1] has the wrong type: it has to be an object"),
    Refusal(
      "JSON whose image has no data", .json(classify, #"{"images": [{"name": "a"}]}"#), 400, .invalidRequest,
      says: "the field images[0].data is missing"),
    Refusal(
      "JSON whose crop is a number", .json(classify, #"{"images": [{"data": "\#(base64)"}], "crop": 1}"#), 400,
      .invalidRequest, says: "the field crop has the wrong type: it has to be a string"),
    Refusal(
      "JSON with a top_k of 30 digits",
      .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 999999999999999999999999999999}"#), 400,
      .invalidParameter, says: "top_k=1e+30 is not accepted; accepted: a whole number from 1 to 100000"),
    Refusal(
      "JSON with a top_k of a million digits",
      .json(classify, #"{"images": [], "top_k": \#(String(repeating: "9", count: 1_000_000))}"#), 400,
      .invalidParameter, says: "a whole number from 1 to 100000"),
    Refusal(
      "JSON with a top_k of 3.5", .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 3.5}"#), 400,
      .invalidParameter, says: "top_k=3.5 is not accepted"),
    Refusal(
      "JSON with a negative top_k", .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": -1}"#), 400,
      .invalidParameter, says: "a whole number from 1 to 100000"),
    Refusal(
      "JSON with the largest top_k",
      .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 9223372036854775807}"#), 400,
      .invalidParameter, says: "a whole number from 1 to 100000"),
    Refusal(
      "JSON with a negative timeout_ms", .json(classify, #"{"images": [{"data": "\#(base64)"}], "timeout_ms": -1}"#),
      400, .invalidParameter, says: "a whole number from 1 to 600000"),
    Refusal(
      "JSON with top_k as text", .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": "3"}"#), 400,
      .invalidRequest, says: "the field top_k has the wrong type: it has to be a whole number"),
    Refusal(
      "JSON with a repeated top_k", .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 3, "top_k": 4}"#),
      400, .invalidParameter, says: #"the member "top_k" more than once; give it once"#),
    Refusal(
      "JSON with a repeated top_k, once in disguise",
      .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 3, "top\u005fk": 4}"#),
      400, .invalidParameter, says: #"the member "top_k" more than once"#),
    Refusal(
      "JSON with a repeated member of an image",
      .json(classify, #"{"images": [{"name": "{\"a\": [", "data": "x", "data": "\#(base64)"}]}"#), 400,
      .invalidParameter, says: #"the member "data" more than once"#),
    Refusal(
      "JSON in UTF-16, whose letters hide a quotation mark",
      .post(
        classify, type: "application/json",
        #"{"∀": 1, "images": [{"data": "\#(base64)"}], "top_k": 3, "top_k": 4}"#.utf16
          .flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }),
      400, .invalidRequest, says: "not in UTF-8"),
    Refusal(
      "JSON whose image is no base64", .json(classify, #"{"images": [{"name": "a.png", "data": "?"}]}"#), 400,
      .invalidRequest, says: "the data of a.png is not base64; accepted: the bytes of an image file in padded base64"),
  ]

  static let parameters = [
    Refusal(
      "top_k=0", .post("\(classify)?top_k=0", type: nil, jpeg), 400, .invalidParameter,
      says: "top_k=0 is not accepted; accepted: a whole number from 1 to 100000"),
    Refusal(
      "top_k=0 in JSON", .json(classify, #"{"images": [{"data": "\#(base64)"}], "top_k": 0}"#), 400,
      .invalidParameter, says: "a whole number from 1 to 100000"),
    Refusal(
      "top_k=+3", .post("\(classify)?top_k=%2B3", type: nil, jpeg), 400, .invalidParameter,
      says: "top_k=+3 is not accepted; accepted: a whole number from 1 to 100000"),
    Refusal(
      "crop=middle", .post("\(classify)?crop=middle", type: nil, jpeg), 400, .invalidParameter,
      says: "accepted: center, stretch, ten"),
    Refusal(
      "scores=percent", .post("\(classify)?scores=percent", type: nil, jpeg), 400, .invalidParameter,
      says: "accepted: probability, logit"),
    Refusal(
      "an X-Request-Timeout that is no time",
      TestRequest(
        method: .post, target: classify,
        fields: [.contentLength: String(jpeg.count), HTTPField.Name("X-Request-Timeout")!: "soon"], body: jpeg), 400,
      .invalidParameter, says: "X-Request-Timeout=soon is not accepted; accepted: seconds from 0.001 to 86400"),
    Refusal(
      "a hexadecimal X-Request-Timeout",
      TestRequest(
        method: .post, target: classify,
        fields: [.contentLength: String(jpeg.count), HTTPField.Name("X-Request-Timeout")!: "0x1p3"], body: jpeg), 400,
      .invalidParameter, says: "X-Request-Timeout=0x1p3 is not accepted; accepted: seconds from 0.001 to 86400"),
    Refusal(
      "an X-Request-Timeout in the past",
      TestRequest(
        method: .post, target: classify,
        fields: [.contentLength: String(jpeg.count), HTTPField.Name("X-Request-Timeout")!: "-1"], body: jpeg), 400,
      .invalidParameter, says: "seconds from 0.001 to 86400"),
    Refusal(
      "timeout_ms=600001", .post("\(classify)?timeout_ms=600001", type: nil, jpeg), 400, .invalidParameter,
      says: "a whole number from 1 to 600000"),
    Refusal(
      "a misspelt parameter", .post("\(classify)?topk=5", type: nil, jpeg), 400, .invalidParameter,
      says: #"no parameter "topk" here; accepted: top_k, crop, scores, timeout_ms"#),
    Refusal(
      "a repeated parameter", .post("\(classify)?top_k=5&top_k=6", type: nil, jpeg), 400, .invalidParameter,
      says: "give it once"),
    Refusal("a parameter where none is", .get("/healthz?x"), 400, .invalidParameter, says: "none is accepted"),
    Refusal(
      "batch=1025", .get("/v1/models/ten/stats?batch=1025"), 400, .invalidParameter,
      says: "a whole number from 1 to 1024"),
    Refusal(
      "format=xml", .get("/v1/models/ten/summary?format=xml"), 400, .invalidParameter,
      says: "accepted: json, text, markdown, csv"),
    Refusal(
      "an input that is no shape", .get("/v1/architectures/vgg16/summary?input=224"), 400, .invalidParameter,
      says: "channels x height x width, for example 3x224x224"),
    Refusal(
      "an input with a sign", .get("/v1/architectures/vgg16/summary?input=%2B3x224x224"), 400, .invalidParameter,
      says: "channels x height x width, for example 3x224x224"),
    Refusal(
      "an input of no pixels", .get("/v1/architectures/vgg16/summary?input=3x0x224"), 400, .invalidParameter,
      says: "each at least 1, for example 3x224x224"),
    Refusal(
      "an input that is too small", .get("/v1/architectures/vgg16/stats?input=3x8x8"), 400, .impossibleShape,
      says: "cannot take input of shape"),
    Refusal(
      "a picture of a table", .get("/v1/models/ten/summary?format=svg"), 400, .invalidParameter,
      says: "format=svg is not accepted; accepted: json, text, markdown, csv"),
    Refusal(
      "an unknown fold", .get("/v1/architectures/vgg16/graph?fold=stages"), 400, .invalidParameter,
      says: "accepted: blocks, none"),
    Refusal(
      "a graph for an input that is too small", .get("/v1/architectures/vgg16/graph?input=3x8x8"), 400,
      .impossibleShape, says: "cannot take input of shape"),
    Refusal(
      "measuring perhaps", .get("/v1/models/ten/profile?measure=yes"), 400, .invalidParameter,
      says: "accepted: true, false"),
    Refusal(
      "measuring what is not loaded", .get("/v1/architectures/vgg16/profile?measure=true"), 400, .invalidParameter,
      says: #"no parameter "measure" here"#),
    Refusal(
      "an unknown plot", .get("/v1/compare?plot=pie"), 400, .invalidParameter, says: "accepted: operations, throughput"),
    Refusal(
      "a comparison of too much",
      .get("/v1/compare?architectures=" + Array(repeating: "vgg16", count: 65).joined(separator: ",")), 400,
      .invalidParameter, says: "at most 64 networks"),
  ]

  private static let convolution = "/v1/convolution?input=3x32x32&filters=8&kernel=3"

  static let calculators = [
    Refusal(
      "a convolution without filters", .get("/v1/convolution?input=3x32x32&kernel=3"), 400, .invalidParameter,
      says: "for example filters=96"),
    Refusal(
      "a convolution of nothing", .get("/v1/convolution?filters=8&kernel=3"), 400, .invalidParameter,
      says: "for example input=3x227x227"),
    Refusal(
      "a convolution without a window", .get("/v1/convolution?input=3x32x32&filters=8"), 400, .invalidParameter,
      says: "for example kernel=11"),
    Refusal(
      "a window of three extents", .get("\(convolution)x3x3"), 400, .invalidParameter,
      says: "kernel=3x3x3 is not accepted; accepted: a whole number from 1 to 16384, height x width"),
    Refusal("a stride of 0", .get("\(convolution)&stride=0"), 400, .invalidParameter, says: "from 1 to 16384"),
    Refusal(
      "a vast dilation", .get("\(convolution)&dilation=99999999999999999999"), 400, .invalidParameter,
      says: "from 1 to 16384"),
    Refusal(
      "padding of three edges", .get("\(convolution)&padding=1x1x1"), 400, .invalidParameter,
      says: "top x left x bottom x right, for example 0x0x1x1"),
    Refusal("negative padding", .get("\(convolution)&padding=-1"), 400, .invalidParameter, says: "from 0 to 16384"),
    Refusal("no groups", .get("\(convolution)&groups=0"), 400, .invalidParameter, says: "from 1 to 16777216"),
    Refusal(
      "groups that do not divide the channels", .get("\(convolution)&groups=2"), 400, .impossibleShape,
      says: "must both be multiples of groups (2)"),
    Refusal(
      "a window that is larger than the input", .get("/v1/convolution?input=3x4x4&filters=8&kernel=5"), 400,
      .impossibleShape, says: "the window's height 5 must not exceed the padded input's height 4"),
    Refusal(
      "more arithmetic than can be counted",
      .get("/v1/convolution?input=1024x512x512&filters=16777216&kernel=512"), 400, .impossibleShape, says: "accepted"),
    Refusal(
      "a median", .get("/v1/pooling?kind=median&input=3x32x32&kernel=3"), 400, .invalidParameter,
      says: "accepted: max, average"),
    Refusal(
      "an average of distant values", .get("/v1/pooling?kind=average&input=3x32x32&kernel=3&dilation=2"), 400,
      .invalidParameter, says: "1 with kind=average"),
    Refusal(
      "pooling of padding alone", .get("/v1/pooling?input=3x32x32&kernel=2&padding=2"), 400, .invalidParameter,
      says: "at most half the window's extent: 1 above and below, 1 at the sides"),
    Refusal(
      "padding of more than half a window", .get("/v1/pooling?input=3x32x32&kernel=3x5&padding=0x2x1x3"), 400,
      .invalidParameter, says: "1 above and below, 2 at the sides"),
    Refusal(
      "a vast map", .get("/v1/pooling?input=16384x16384x16384&kernel=2"), 400, .impossibleShape,
      says: "an input batch may hold at most"),
  ]

  static let names = [
    Refusal(
      "a profile beside an unknown network", .get("/v1/architectures/vgg16/profile?against=vgg61"), 404,
      .unknownArchitecture, says: "did you mean vgg1"),
    Refusal(
      "an unknown model's graph", .get("/v1/models/resnet9/graph"), 404, .unknownModel,
      says: "this server has center, resnet8-cifar10, ten, wide"),
    Refusal(
      "an unknown architecture's graph", .get("/v1/architectures/resnet5/graph"), 404, .unknownArchitecture,
      says: "did you mean resnet50"),
    Refusal(
      "a model above the root", .get("/v1/models/../../../etc/passwd"), 404, .notFound,
      says: "There is nothing at /etc/passwd."),
    Refusal(
      "a model above the root, escaped", .get("/v1/models/%2e%2e/%2E%2e/etc/passwd"), 404, .notFound,
      says: "There is nothing at /etc/passwd."),
    Refusal(
      "a model of dots", .get("/v1/models/..."), 404, .unknownModel, says: #"no model is named "...""#),
    Refusal(
      "a model that is a path on Windows", .get("/v1/models/C:"), 404, .unknownModel, says: #"no model is named "C:""#),
    Refusal(
      "an architecture of dots", .get("/v1/architectures/.../stats"), 404, .unknownArchitecture,
      says: "..."),
    Refusal(
      "an empty name to compare", .get("/v1/compare?architectures=alexnet,,"), 400, .invalidParameter,
      says: "a name is missing beside a comma in architectures=alexnet,,"),
    Refusal(
      "an empty name of a model", .get("/v1/compare?models=,ten"), 400, .invalidParameter,
      says: "a name is missing beside a comma in models=,ten"),
    Refusal(
      "a model to compare above the root", .get("/v1/compare?models=../../etc/passwd"), 404, .unknownModel,
      says: #"no model is named "../../etc/passwd""#),
    Refusal(
      "an unknown model", .post("/v1/models/resnet9/classify", type: nil, jpeg), 404, .unknownModel,
      says: "this server has center, resnet8-cifar10, ten, wide"),
    Refusal(
      "an unknown model's page", .get("/v1/models/resnet9"), 404, .unknownModel, says: "this server has center"),
    Refusal(
      "an unknown architecture", .get("/v1/architectures/resnet5/summary"), 404, .unknownArchitecture,
      says: "did you mean resnet50"),
    Refusal(
      "an unknown architecture to compare", .get("/v1/compare?architectures=vgg16,vgg61"), 404, .unknownArchitecture,
      says: "did you mean vgg1"),
    Refusal(
      "an unknown path", .get("/v2/models"), 404, .notFound, says: "GET /openapi.yaml describes every path"),
    Refusal(
      "a method that is not there", .get(classify), 405, .methodNotAllowed,
      says: "GET is not possible at /v1/classify; possible: OPTIONS, POST."),
    Refusal(
      "a form of answer that is not there", .get("/v1/models/ten/summary", accept: "application/xml"), 406,
      .notAcceptable, says: "application/json, text/plain, text/markdown, text/csv"),
  ]

  static let all = images + bodies + parameters + calculators + names + embeddings + inspections
}
