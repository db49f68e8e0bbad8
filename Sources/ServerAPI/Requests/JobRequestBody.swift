import Foundation
import Jobs
import ModelServing

/// The JSON form of a job. A member that is unknown, or that belongs to another kind of job, is refused.
struct JobRequestBody: Decodable {
  /// What messages show.
  static let example =
    #"{"kind": "adapt", "dataset": "<id>", "base": "efficientnet-lite0", "name": "my-birds", "seed": 1}"#

  /// Numbers that every client can say exactly (RFC 8259 section 6).
  static let seedRange = 0...(1 << 53) - 1
  static let epochsRange = 1...100_000
  static let batchSizeRange = 1...65_536
  static let extentRange = 1...16_384

  let request: JobRequest

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, dataset, name, seed, base, architecture, input, epochs
    case newVersion = "new_version"
    case fineTune = "fine_tune"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownMembers(besides: CodingKeys.self)
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let kind: JobRequest.Kind = try parseChoice(members.decode(String.self, forKey: .kind), name: "kind")
    try members.refuseMembers(notOf: kind)
    var request = JobRequest(
      kind: kind, dataset: try members.decode(String.self, forKey: .dataset),
      name: try members.decode(String.self, forKey: .name))
    request.seed = try members.number(.seed, in: Self.seedRange).map(UInt64.init)
    request.newVersion = try members.decodeIfPresent(Bool.self, forKey: .newVersion)
    switch kind {
    case .adapt:
      request.base = try members.decode(String.self, forKey: .base)
      request.fineTune = try members.decodeIfPresent(Bool.self, forKey: .fineTune)
    case .train:
      request.architecture = try members.decode(String.self, forKey: .architecture)
      request.input = try members.shape(.input)
      request.epochs = try members.number(.epochs, in: Self.epochsRange)
      request.batchSize = try members.number(.batchSize, in: Self.batchSizeRange)
      request.learningRate = try members.rate(.learningRate)
    }
    self.request = request
  }
}

extension JobRequestBody {
  /// - Throws: `RequestError`.
  static func parse(_ body: [UInt8]) throws -> JobRequest {
    guard !body.isEmpty else { throw RequestError.missingBody(accepted: example) }
    try JSONText.check(body[...], maximumImages: nil, example: example)
    let parsed: JobRequestBody
    do {
      parsed = try JSONDecoder().decode(JobRequestBody.self, from: Data(body))
    } catch let error as RequestError {
      throw error
    } catch {
      throw RequestError.malformedJSON(describe(error), example: example)
    }
    if let name = RepeatedMember.first(in: body[...]) { throw RequestError.repeatedMember(name: name) }
    return parsed.request
  }
}

extension JobRequestBody.CodingKeys {
  /// Members of a kind of job.
  static func members(of kind: JobRequest.Kind) -> [JobRequestBody.CodingKeys] {
    switch kind {
    case .adapt: [.kind, .dataset, .name, .seed, .newVersion, .base, .fineTune]
    case .train:
      [.kind, .dataset, .name, .seed, .newVersion, .architecture, .input, .epochs, .batchSize, .learningRate]
    }
  }
}

extension KeyedDecodingContainer<JobRequestBody.CodingKeys> {
  /// Somebody who gives a network's epochs to an adaptation would think that they count.
  fileprivate func refuseMembers(notOf kind: JobRequest.Kind) throws(RequestError) {
    let accepted = JobRequestBody.CodingKeys.members(of: kind)
    guard let other = allKeys.map(\.rawValue).sorted().first(where: { !accepted.map(\.rawValue).contains($0) }) else {
      return
    }
    throw .unknownField(name: other, accepted: accepted.map(\.rawValue))
  }

  fileprivate func number(_ key: Key, in range: ClosedRange<Int>) throws -> Int? {
    guard let number = try wholeNumber(key, in: range) else { return nil }
    guard range.contains(number) else {
      throw RequestError.unacceptedNumber(name: key.rawValue, value: String(number), range: range)
    }
    return number
  }

  /// `[channels, height, width]`.
  fileprivate func shape(_ key: Key) throws -> [Int]? {
    guard let extents = try decodeIfPresent([Int].self, forKey: key) else { return nil }
    guard extents.count == 3, extents.allSatisfy(JobRequestBody.extentRange.contains) else {
      throw RequestError.unacceptedValue(
        name: key.rawValue, value: "\(extents)",
        accepted: [
          "[channels, height, width], each from 1 to \(JobRequestBody.extentRange.upperBound), such as [3, 32, 32]"
        ])
    }
    return extents
  }

  fileprivate func rate(_ key: Key) throws -> Double? {
    guard let rate = try decodeIfPresent(Double.self, forKey: key) else { return nil }
    guard rate > 0, rate <= 100 else {
      throw RequestError.unacceptedValue(
        name: key.rawValue, value: "\(rate)", accepted: ["a number above 0, at most 100"])
    }
    return rate
  }
}
