import Foundation

/// A learning curve in any of the forms in which the program writes one.
public struct CurveFile: Sendable {
  public let points: [CurvePoint]
  public let classCount: Int?
  public let hasDiverged: Bool

  public static let accepted =
    "training.json, the JSON lines of `train --json` or of a trial, a job's events, or a JSON array of epochs, each with "
    + "\"epoch\" and \"train_loss\""

  /// - Throws: `CurveFileError` where no curve is found, or an epoch cannot be read.
  public init(_ data: Data) throws(CurveFileError) {
    let decoder = JSONDecoder()
    // Python writes NaN and Infinity, which JSON does not know.
    decoder.allowsJSON5 = true
    let contents = try Self.contents(data, decoder)
    let parts = contents.parts
    classCount = contents.classCount
    let points = parts.compactMap { part in if case .epoch(let point) = part { point } else { nil } }
    guard !points.isEmpty || parts.contains(where: \.isDivergence) else { throw .noCurve }
    self.points = points.sorted { $0.epoch < $1.epoch }
    hasDiverged = parts.contains(where: \.isDivergence)
  }

  /// One value of JSON, or one a line.
  private static func contents(_ data: Data, _ decoder: JSONDecoder) throws(CurveFileError) -> CurveFileContents {
    guard (try? decoder.decode(AnyValue.self, from: data)) != nil else {
      return CurveFileContents(parts: try lines(data, decoder), classCount: nil)
    }
    if let line = try? decoder.decode(CurveFilePart.self, from: data), case .epoch = line {
      return CurveFileContents(parts: [line], classCount: nil)
    }
    do {
      return try decoder.decode(CurveFileContents.self, from: data)
    } catch {
      throw .content(reason: CurveFileError.reason(error))
    }
  }

  private struct AnyValue: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  private static func lines(_ data: Data, _ decoder: JSONDecoder) throws(CurveFileError) -> [CurveFilePart] {
    var parts: [CurveFilePart] = []
    for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) else { continue }
      do {
        parts.append(try decoder.decode(CurveFilePart.self, from: Data(line)))
      } catch {
        throw .line(number: number + 1, reason: CurveFileError.reason(error))
      }
    }
    return parts
  }
}

/// Why a file is no learning curve.
public enum CurveFileError: Error, Hashable, Sendable {
  case noCurve
  case content(reason: String)
  /// - number: of the line, from 1.
  case line(number: Int, reason: String)
}

extension CurveFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noCurve: "it holds no epoch; accepted are \(CurveFile.accepted)"
    case .content(let reason): "\(reason); accepted are \(CurveFile.accepted)"
    case .line(let number, let reason): "line \(number): \(reason); accepted are \(CurveFile.accepted)"
    }
  }

  fileprivate static func reason(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _)?: "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
      "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" is no number"
    case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
      "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" \(context.debugDescription)"
    default: "it is no JSON object"
    }
  }
}

/// A line, or a member of an array.
private enum CurveFilePart: Decodable {
  case epoch(CurvePoint)
  /// The run ended because a loss or weights became infinite or no numbers.
  case divergence
  /// What has nothing to do with the curve.
  case other

  var isDivergence: Bool { if case .divergence = self { true } else { false } }

  private enum CodingKeys: String, CodingKey {
    case epoch, event, type
    case trainLoss = "train_loss"
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let kind =
      try members.decodeIfPresent(String.self, forKey: .event) ?? members.decodeIfPresent(String.self, forKey: .type)
    switch kind {
    case "diverged": self = .divergence
    case nil, "epoch":
      let isEpoch = members.contains(.epoch) || kind == "epoch"
      self = isEpoch ? .epoch(try CurvePoint(from: decoder)) : .other
    default: self = .other
    }
  }
}

/// A whole file: a record of training, a list of events, or an array.
private struct CurveFileContents: Decodable {
  let parts: [CurveFilePart]
  let classCount: Int?

  init(parts: [CurveFilePart], classCount: Int?) {
    self.parts = parts
    self.classCount = classCount
  }

  private enum CodingKeys: String, CodingKey {
    case curve, events, data
  }

  private struct Described: Decodable {
    let classes: [String]
  }

  init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      var parts: [CurveFilePart] = []
      while !list.isAtEnd { parts.append(try list.decode(CurveFilePart.self)) }
      (self.parts, classCount) = (parts, nil)
      return
    }
    let members = try decoder.container(keyedBy: CodingKeys.self)
    if members.contains(.events) {
      (parts, classCount) = (try members.decode([CurveFilePart].self, forKey: .events), nil)
    } else {
      parts = try members.decode([CurvePoint].self, forKey: .curve).map(CurveFilePart.epoch)
      classCount = try? members.decodeIfPresent(Described.self, forKey: .data)?.classes.count
    }
  }
}
