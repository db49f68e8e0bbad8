extension Schedule: LosslessStringConvertible {
  private static let makers: [(name: String, parameters: String, make: @Sendable ([Double]) -> Schedule?)] = [
    entry(ConstantSchedule.self) { .constant($0) }, entry(StepSchedule.self) { .step($0) },
    entry(ExponentialSchedule.self) { .exponential($0) }, entry(CosineSchedule.self) { .cosine($0) },
    entry(LinearSchedule.self) { .linear($0) }, entry(InverseSquareRootSchedule.self) { .inverseSquareRoot($0) },
    entry(OneCycleSchedule.self) { .oneCycle($0) },
  ]

  private static func entry<Shape: ScheduleShape>(
    _ shape: Shape.Type, _ wrap: @escaping @Sendable (Shape) -> Schedule
  ) -> (String, String, @Sendable ([Double]) -> Schedule?) {
    (Shape.name, Shape.acceptedParameters, { Shape(parameters: $0).map(wrap) })
  }

  /// Reads a schedule as `--schedule` takes it: a name, and after a colon numbers between commas, such as
  /// `step:0.1,0.5,0.75`; `nil` for other texts.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let maker = Self.makers.first(where: { $0.name == parts[0] }) else { return nil }
    let fields = parts.dropFirst().first?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    let numbers = fields.compactMap { SettingText.number($0) }
    guard numbers.count == fields.count, let schedule = maker.make(numbers) else { return nil }
    self = schedule
  }

  /// The text that `init(_:)` reads. Default parameters are left out.
  public var description: String {
    let parameters = shape.parameters.map(SettingText.text).joined(separator: ",")
    return type(of: shape).name + (parameters.isEmpty ? "" : ":" + parameters)
  }

  /// The names of all schedules, in the order of the documentation.
  public static let names = makers.map(\.name)

  /// The accepted texts in words, between commas, for messages.
  public static let accepted =
    makers.map { $0.name + ($0.parameters.isEmpty ? "" : "[:\($0.parameters)]") }.joined(separator: ", ")
}

extension Schedule: TextCodable {}
