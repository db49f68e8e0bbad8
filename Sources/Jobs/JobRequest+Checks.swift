extension JobRequest {
  /// Finds what is missing, superfluous or not accepted.
  ///
  /// - Throws: `JobError.request`.
  func check() throws(JobError) {
    try checkName()
    switch kind {
    case .adapt: try checkAdapting()
    case .train: try checkTraining()
    case .search: try checkSearching()
    }
  }

  private func checkName() throws(JobError) {
    guard let name else { return try Self.require(kind == .search, "name", "is missing", [Self.nameRule]) }
    try Self.require(Self.isName(name), "name", "cannot name a model", [Self.nameRule])
  }

  private static let nameRule =
    "1 to 100 letters, digits, dots, dashes and underscores, the first a letter or digit"

  /// As file and as word of a command line: it begins neither with a dot nor with a dash.
  private static func isName(_ text: String) -> Bool {
    let isInside = { (byte: UInt8) in
      isLetterOrDigit(byte) || [.init(ascii: "."), .init(ascii: "-"), .init(ascii: "_")].contains(byte)
    }
    return (1...100).contains(text.utf8.count) && text.utf8.allSatisfy(isInside)
      && text.utf8.first.map(isLetterOrDigit) == true
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case .init(ascii: "a") ... .init(ascii: "z"), .init(ascii: "A") ... .init(ascii: "Z"),
      .init(ascii: "0") ... .init(ascii: "9"):
      true
    default: false
    }
  }

  private static func require(
    _ isTrue: Bool, _ member: String, _ problem: String, _ accepted: [String]
  ) throws(JobError) {
    guard isTrue else { throw .request(member: member, problem: problem, accepted: accepted) }
  }

  private func refuse(_ member: String, _ isThere: Bool) throws(JobError) {
    try Self.require(!isThere, member, "is of no use to a job of the kind \(kind.rawValue)", [])
  }

  private func checkAdapting() throws(JobError) {
    try Self.require(base != nil, "base", "is missing", ["the name of a model that is served"])
    try refuse("architecture", architecture != nil)
    try refuse("input", input != nil)
    try refuse("epochs", epochs != nil)
    try refuse("batch_size", batchSize != nil)
    try refuse("learning_rate", learningRate != nil)
    try refuse("space", space != nil)
  }

  /// What the space holds is looked at by those who know what can be searched (`JobHooks.check`).
  private func checkSearching() throws(JobError) {
    try Self.require(
      space != nil, "space", "is missing", ["what is tried and how, as `convserve search` reads it"])
    try refuse("base", base != nil)
    try refuse("fine_tune", fineTune != nil)
    try refuse("new_version", newVersion != nil)
    try refuse("architecture", architecture != nil)
    try refuse("input", input != nil)
    try refuse("epochs", epochs != nil)
    try refuse("batch_size", batchSize != nil)
    try refuse("learning_rate", learningRate != nil)
    // The space has two of its own.
    try refuse("seed", seed != nil)
  }

  private func checkTraining() throws(JobError) {
    let named = architecture.map(Self.isName) ?? false
    try Self.require(named, "architecture", architecture == nil ? "is missing" : "is no architecture", [])
    try refuse("base", base != nil)
    try refuse("fine_tune", fineTune != nil)
    try refuse("new_version", newVersion != nil)
    try refuse("space", space != nil)
    let isShape = input.map { $0.count == 3 && $0.allSatisfy((1...4096).contains) } ?? true
    try Self.require(isShape, "input", "is no shape", ["[channels, height, width], each from 1 to 4096"])
    try Self.require(epochs.map((1...10_000).contains) ?? true, "epochs", "is out of range", ["1 to 10000"])
    try Self.require(batchSize.map((1...4096).contains) ?? true, "batch_size", "is out of range", ["1 to 4096"])
    let isRate = learningRate.map { $0 > 0 && $0 <= 100 } ?? true
    try Self.require(isRate, "learning_rate", "is out of range", ["above 0, at most 100"])
  }
}
