import Foundation
import HTTPCore
import HTTPServer
import HTTPTypes
import ImageInput
import ModelServing

/// The images and options of a request about images, whichever of the accepted forms it came in.
struct ClassificationRequest: Sendable {
  /// Names of the options of classification, in the query, a form or a JSON body.
  static let optionNames = ["top_k", "crop", "scores", "timeout_ms"]
  /// Those of them that have to do with embeddings.
  static let embeddingOptionNames = ["crop", "timeout_ms"]
  static let topKRange = 1...100_000
  static let timeoutRange = 1...600_000
  static let acceptedTypes =
    imageTypes + [MediaType.octetStream, .multipartFormData, .json].map(\.essence)

  let images: [EncodedImage]
  let options: ClassificationOptions

  /// Bytes of an image's name, which answers and errors repeat.
  static let maximumNameBytes = 1024

  /// - Parameters:
  ///   - header: what the request's header says.
  ///   - query: the options of the target's query.
  ///   - maximumImages: how many a form or a JSON body may hold.
  ///   - optionNames: the options that a form or a JSON body may have.
  /// - Throws: `RequestError`, `MultipartError`, `MediaTypeError`.
  init(
    _ request: ServerRequest, _ header: ClassificationHeader, query: Query, maximumImages: Int,
    optionNames: [String] = optionNames
  ) throws {
    guard !request.body.isEmpty else {
      let fields = request.head.headerFields
      let hasLength = fields[.contentLength] != nil || fields[.transferEncoding] != nil
      throw hasLength ? RequestError.emptyBody : RequestError.lengthRequired
    }
    var options = OptionValues(names: optionNames)
    for name in optionNames { options[name] = query[name] }
    images = try Self.images(in: request.body[...], header.type, maximum: maximumImages, options: &options)
    guard !images.isEmpty else { throw RequestError.noImages }
    guard images.count <= maximumImages else { throw RequestError.tooManyImages(maximum: maximumImages) }
    if let long = images.map(\.name.utf8.count).first(where: { $0 > Self.maximumNameBytes }) {
      throw RequestError.imageNameTooLong(bytes: long, maximum: Self.maximumNameBytes)
    }
    self.options = try options.parsed(longest: header.timeout)
  }

  private static func images(
    in body: ArraySlice<UInt8>, _ type: MediaType?, maximum: Int, options: inout OptionValues
  ) throws -> [EncodedImage] {
    switch type?.essence {
    case MediaType.multipartFormData.essence: return try formImages(body, type!, maximum: maximum, &options)
    case MediaType.json.essence: return try jsonImages(body, maximum: maximum, &options)
    default: return [EncodedImage(name: "image", bytes: body)]
    }
  }

  /// Files, in any field; options in the fields of their names.
  private static func formImages(
    _ body: ArraySlice<UInt8>, _ type: MediaType, maximum: Int, _ options: inout OptionValues
  ) throws -> [EncodedImage] {
    var images: [EncodedImage] = []
    var given: Set<String> = []
    for part in try parts(of: body, type, maximumImages: maximum, options: options.names.count) {
      if part.filename != nil || ["image", "images", "file"].contains(part.name) {
        let name = part.filename.flatMap { $0.isEmpty ? nil : $0 } ?? "image \(images.count + 1)"
        images.append(EncodedImage(name: name, bytes: part.body))
      } else if options.names.contains(part.name) {
        guard given.insert(part.name).inserted else { throw RequestError.repeatedParameter(name: part.name) }
        options[part.name] = String(decoding: part.body, as: UTF8.self)
      } else {
        throw RequestError.unknownField(name: part.name, accepted: ["image"] + options.names)
      }
    }
    return images
  }

  private static func parts(
    of body: ArraySlice<UInt8>, _ type: MediaType, maximumImages: Int, options: Int
  ) throws -> [MultipartPart] {
    // Each option once, besides.
    let limits = Multipart.Limits(partCount: maximumImages + options)
    do {
      return try Multipart(contentType: type, limits: limits).parts(of: body)
    } catch .tooManyParts {
      throw RequestError.tooManyImages(maximum: maximumImages)
    }
  }

  private static func jsonImages(
    _ body: ArraySlice<UInt8>, maximum: Int, _ options: inout OptionValues
  ) throws -> [EncodedImage] {
    try JSONText.check(body, maximumImages: maximum)
    let parsed: JSONClassificationBody
    do {
      let decoder = JSONDecoder()
      decoder.userInfo[.optionNames] = options.names
      parsed = try decoder.decode(JSONClassificationBody.self, from: Data(body))
    } catch let error as RequestError {
      throw error
    } catch {
      throw RequestError.malformedJSON(describe(error))
    }
    if let name = RepeatedMember.first(in: body) { throw RequestError.repeatedMember(name: name) }
    options["top_k"] = parsed.topK.map(String.init) ?? options["top_k"]
    options["crop"] = parsed.crop ?? options["crop"]
    options["scores"] = parsed.scores ?? options["scores"]
    options["timeout_ms"] = parsed.timeout.map(String.init) ?? options["timeout_ms"]
    return try parsed.images.enumerated().map { index, image in
      let name = image.name ?? "image \(index + 1)"
      guard let bytes = Data(base64Encoded: image.data), !bytes.isEmpty else {
        throw RequestError.malformedBase64(image: name)
      }
      return EncodedImage(name: name, bytes: [UInt8](bytes)[...])
    }
  }
}

/// The options as text, before they are checked; a form or a JSON body overrides the query.
private struct OptionValues {
  /// Those that there are.
  let names: [String]
  private var values: [String: String] = [:]

  init(names: [String]) { self.names = names }

  subscript(_ name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  func parsed(longest: Duration) throws(RequestError) -> ClassificationOptions {
    var options = ClassificationOptions(timeout: longest)
    if let value = values["top_k"] {
      options.topK = try parseInteger(value, name: "top_k", in: ClassificationRequest.topKRange)
    }
    if let value = values["crop"] { options.crop = try parseChoice(value, name: "crop") }
    if let value = values["scores"] { options.scores = try parseChoice(value, name: "scores") }
    if let value = values["timeout_ms"] {
      let asked = try parseInteger(value, name: "timeout_ms", in: ClassificationRequest.timeoutRange)
      options.timeout = min(longest, .milliseconds(asked))
    }
    return options
  }
}
