import Foundation
import Jobs
import ModelServing

/// The JSON form of a job. A member that is unknown is refused; what belongs to which kind of job, `JobService` knows.
struct JobRequestBody: Decodable {
  /// What messages show.
  static let example =
    #"{"kind": "adapt", "dataset": "<id>", "base": "efficientnet-lite0", "name": "my-birds", "seed": 1}"#

  /// Numbers that every client can say exactly (RFC 8259 section 6).
  static let seedRange = 0...(1 << 53) - 1
  static let epochsRange = 1...10_000
  static let batchSizeRange = 1...4096

  let request: JobRequest

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, dataset, name, seed, base, architecture, input, epochs, space
    case newVersion = "new_version"
    case fineTune = "fine_tune"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownMembers(besides: CodingKeys.self)
    let members = try decoder.container(keyedBy: CodingKeys.self)
    var request = JobRequest(
      kind: try parseChoice(members.decode(String.self, forKey: .kind), name: "kind"),
      dataset: try members.decode(String.self, forKey: .dataset),
      name: try members.decodeIfPresent(String.self, forKey: .name))
    request.seed = try members.number(.seed, in: Self.seedRange).map(UInt64.init)
    request.newVersion = try members.decodeIfPresent(Bool.self, forKey: .newVersion)
    request.base = try members.decodeIfPresent(String.self, forKey: .base)
    request.fineTune = try members.decodeIfPresent(Bool.self, forKey: .fineTune)
    request.architecture = try members.decodeIfPresent(String.self, forKey: .architecture)
    request.input = try members.decodeIfPresent([Int].self, forKey: .input)
    request.epochs = try members.number(.epochs, in: Self.epochsRange)
    request.batchSize = try members.number(.batchSize, in: Self.batchSizeRange)
    request.learningRate = try members.decodeIfPresent(Double.self, forKey: .learningRate)
    request.space = try members.decodeIfPresent(JSONValue.self, forKey: .space)
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

extension KeyedDecodingContainer<JobRequestBody.CodingKeys> {
  fileprivate func number(_ key: Key, in range: ClosedRange<Int>) throws -> Int? {
    guard let number = try wholeNumber(key, in: range) else { return nil }
    guard range.contains(number) else {
      throw RequestError.unacceptedNumber(name: key.rawValue, value: String(number), range: range)
    }
    return number
  }
}
