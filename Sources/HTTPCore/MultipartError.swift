/// Why a multipart/form-data body could not be read. Parts are counted from 1.
public enum MultipartError: Error, Sendable, Equatable, CustomStringConvertible {
  case notFormData(seen: String)
  case missingBoundary
  case invalidBoundary(seen: String)
  /// The body does not hold the boundary at all.
  case noOpeningDelimiter(boundary: String)
  /// The last part is not followed by `--boundary--`: the body was cut off.
  case noClosingDelimiter(boundary: String)
  case malformedDelimiter(part: Int)
  case unfinishedHeader(part: Int)
  case malformedField(part: Int, problem: HTTPParsingError.FieldProblem)
  case missingDisposition(part: Int)
  case missingName(part: Int)
  case malformedContentType(part: Int, MediaTypeError)
  case tooManyParts(limit: Int)
  case headerTooLarge(part: Int, limit: Int)

  public var description: String {
    switch self {
    case .notFormData(let seen): "The body's type is \(seen); multipart/form-data is needed here."
    case .missingBoundary: "Content-Type: multipart/form-data has no boundary; let the client library set the field."
    case .invalidBoundary(let seen): "The boundary \"\(seen)\" is not of 1 to 70 characters as RFC 2046 allows them."
    case .noOpeningDelimiter(let boundary): "The body does not hold the boundary --\(boundary)."
    case .noClosingDelimiter(let boundary): "The body does not end with --\(boundary)--; it seems to be cut off."
    case .malformedDelimiter(let part): "The boundary before part \(part) is not followed by a line end."
    case .unfinishedHeader(let part): "The header of part \(part) has no empty line at its end."
    case .malformedField(let part, let problem): "The header of part \(part) cannot be read: \(problem)"
    case .missingDisposition(let part): "Part \(part) has no Content-Disposition: form-data field."
    case .missingName(let part): "Part \(part) has no name in its Content-Disposition field."
    case .malformedContentType(let part, let error): "The type of part \(part) cannot be read: \(error)"
    case .tooManyParts(let limit): "The body has more than \(limit) parts."
    case .headerTooLarge(let part, let limit): "The header of part \(part) is larger than \(limit) bytes."
    }
  }
}
