/// A request that an endpoint cannot take: which part, what it held, what is accepted.
enum RequestError: Error, Hashable, Sendable {
  case unknownParameter(name: String, accepted: [String])
  case repeatedParameter(name: String)
  case unacceptedValue(name: String, value: String, accepted: [String])
  case missingParameter(name: String, example: String)
  case missingName(parameter: String, value: String)
  case emptyBody
  /// The same where no image is asked for.
  case missingBody(accepted: String)
  /// An operation that is told everything by its path and query was sent more.
  case unexpectedBody
  case lengthRequired
  case unsupportedMediaType(String, accepted: [String])
  case notAcceptable(accepted: [String])
  /// Why, and what is accepted.
  case malformedJSON(String, example: String = JSONClassificationBody.example)
  /// UTF-16 or UTF-32.
  case jsonNotUTF8
  case jsonTooDeep(limit: Int)
  /// More values than so many images need.
  case jsonTooLong(maximumImages: Int)
  /// Counted, or so many parts of a form that they must be.
  case tooManyImages(maximum: Int)
  case imageNameTooLong(bytes: Int, maximum: Int)
  case repeatedMember(name: String)
  case malformedBase64(image: String)
  case unknownField(name: String, accepted: [String])
  case noImages

  var kind: ProblemKind {
    switch self {
    // A member or field of a body is a parameter as one of the query is: what is wrong with it is called the same.
    case .unknownParameter, .repeatedParameter, .unacceptedValue, .missingParameter, .missingName, .unknownField,
      .repeatedMember:
      .invalidParameter
    case .emptyBody, .missingBody: .emptyBody
    case .lengthRequired: .lengthRequired
    case .unsupportedMediaType: .unsupportedMediaType
    case .notAcceptable: .notAcceptable
    case .jsonTooLong, .tooManyImages: .tooManyImages
    case .malformedJSON, .jsonNotUTF8, .jsonTooDeep, .imageNameTooLong, .malformedBase64, .noImages, .unexpectedBody:
      .invalidRequest
    }
  }

  var accepted: [String]? {
    switch self {
    case .unknownParameter(_, let accepted), .unacceptedValue(_, _, let accepted), .unknownField(_, let accepted),
      .unsupportedMediaType(_, let accepted), .notAcceptable(let accepted):
      accepted
    case .repeatedParameter, .missingParameter, .missingName, .emptyBody, .missingBody, .unexpectedBody,
      .lengthRequired, .malformedJSON, .jsonNotUTF8, .jsonTooDeep, .jsonTooLong, .tooManyImages, .imageNameTooLong,
      .repeatedMember, .malformedBase64, .noImages:
      nil
    }
  }

  var limit: Int? {
    switch self {
    case .jsonTooDeep(let limit): limit
    case .jsonTooLong(let limit), .tooManyImages(let limit), .imageNameTooLong(_, let limit): limit
    case .unknownParameter, .repeatedParameter, .unacceptedValue, .missingParameter, .missingName, .emptyBody,
      .missingBody, .unexpectedBody, .lengthRequired, .unsupportedMediaType, .notAcceptable, .malformedJSON,
      .jsonNotUTF8,
      .repeatedMember,
      .malformedBase64, .unknownField, .noImages:
      nil
    }
  }
}

extension RequestError {
  static func unacceptedNumber(name: String, value: String, range: ClosedRange<Int>) -> RequestError {
    .unacceptedValue(
      name: name, value: value, accepted: ["a whole number from \(range.lowerBound) to \(range.upperBound)"])
  }
}

extension StringProtocol {
  /// As much of a client's text as a message repeats.
  fileprivate var excerpt: String { count > 60 ? prefix(60) + "..." : String(self) }
}

extension RequestError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownParameter(let name, let accepted):
      "there is no parameter \"\(name.excerpt)\" here; "
        + (accepted.isEmpty ? "none is accepted" : "accepted: \(accepted.joined(separator: ", "))")
    case .repeatedParameter(let name): "the parameter \"\(name)\" is given more than once; give it once"
    case .unacceptedValue(let name, let value, let accepted):
      "\(name)=\(value.excerpt) is not accepted; accepted: \(accepted.joined(separator: ", "))"
    case .missingParameter(let name, let example): "the parameter \"\(name)\" is missing, for example \(example)"
    case .missingName(let parameter, let value):
      "a name is missing beside a comma in \(parameter)=\(value.excerpt)"
    case .emptyBody:
      "the body is empty; send an image, for example with curl -F image=@cat.jpg or --data-binary @cat.jpg "
        + "-H 'Content-Type: image/jpeg'"
    case .missingBody(let accepted): "the body is empty; accepted: \(accepted)"
    case .unexpectedBody:
      "this operation reads nothing of a body; accepted: none, or {}. What it is to do stands in the path and the query, "
        + "for example ?version=1"
    case .lengthRequired:
      "a request with an image needs a Content-Length (or chunked transfer coding); this one has neither"
    case .unsupportedMediaType(let type, let accepted):
      "a body of type \(type.excerpt) is not supported; send \(accepted.joined(separator: ", "))"
        + (type == "application/x-www-form-urlencoded"
          ? " (curl --data-binary sends this type unless told otherwise: add -H 'Content-Type: image/jpeg')" : "")
    case .notAcceptable(let accepted):
      "the Accept field allows none of the forms of this answer: \(accepted.joined(separator: ", "))"
    case .malformedJSON(let reason, let example):
      "the JSON body cannot be read: \(reason.prefix(300)); accepted: \(example)"
    case .jsonNotUTF8: "the JSON body is not in UTF-8, which is the only encoding of JSON between systems (RFC 8259)"
    case .jsonTooDeep(let limit): "the JSON body is nested deeper than \(limit) levels"
    case .jsonTooLong(let maximumImages):
      "the JSON body holds more values than \(maximumImages) images need, the most that are accepted"
    case .tooManyImages(let maximum):
      "the request holds more than \(maximum) images, the most that are accepted"
    case .imageNameTooLong(let bytes, let maximum):
      "an image's name has \(bytes) bytes; at most \(maximum) are accepted"
    case .repeatedMember(let name): "the JSON body has the member \"\(name.excerpt)\" more than once; give it once"
    case .malformedBase64(let image):
      "the data of \(image) is not base64; accepted: the bytes of an image file in padded base64, without line breaks"
    case .unknownField(let name, let accepted):
      "there is no field \"\(name.excerpt)\" here; accepted: \(accepted.joined(separator: ", "))"
    case .noImages:
      "the request holds no image; send at least one, in the form field image or the JSON member images"
    }
  }
}
