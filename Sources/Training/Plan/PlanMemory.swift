import InferenceRuntime
import KernelTemplates

/// The place of each value of a plan in memory.
///
/// A value keeps its place from the step that writes it to the last step that reads it. Values that are never needed
/// at the same time share their places. The largest values are placed first, each in the lowest gap that is free for
/// its whole life.
struct PlanMemory {
  private let places: [Int]
  let values: LargeBuffer
  /// The weights of the pass that runs next, packed.
  let packedWeights: LargeBuffer
  /// Samples that there is room for: whole blocks of them where values lie in such.
  private let maximumBatch: Int
  /// Floats of one sample of all values.
  let count: Int

  init(_ builder: PlanBuilder) {
    let isRounded = builder.records.contains { $0.writes.contains(where: \.isInSampleBlocks) }
    let maximumBatch =
      isRounded ? storedChannels(builder.maximumBatch, lanes: builder.lanes) : builder.maximumBatch
    let slots = Self.slots(builder.records, valueCount: builder.valueCount)
    let (offsets, count) = Self.placed(slots.lives)
    places = slots.slotOfValue.map { $0 < 0 ? -1 : offsets[$0] }
    self.count = count
    self.maximumBatch = maximumBatch
    values = LargeBuffer(max(count * maximumBatch, 16))
    packedWeights = LargeBuffer(max(builder.packedCount, 16))
  }

  subscript(value: PlanValue) -> BatchValue {
    precondition(places[value.id] >= 0, "a value that no step writes has no place")
    return BatchValue(values.pointer + places[value.id] * maximumBatch, stride: value.shape.count)
  }

  var byteCount: Int { (values.count + packedWeights.count) * MemoryLayout<Float>.stride }

  /// One or more values that take each other's place, from the first step that writes one to the last that reads one.
  private struct Life {
    let size: Int
    var steps: ClosedRange<Int>
  }

  private static func slots(_ records: [PlanBuilder.Record], valueCount: Int) -> (slotOfValue: [Int], lives: [Life]) {
    var lastReads = [Int](repeating: -1, count: valueCount)
    for (index, record) in records.enumerated() {
      for value in record.reads { lastReads[value.id] = index }
    }
    var slotOfValue = [Int](repeating: -1, count: valueCount)
    var lives: [Life] = []
    for (index, record) in records.enumerated() {
      for value in record.writes {
        let end = max(lastReads[value.id], index)
        if let (written, read) = record.inPlace, written == value, slotOfValue[read.id] >= 0,
          lastReads[read.id] == index, read.sampleCount == written.sampleCount,
          lives[slotOfValue[read.id]].steps.upperBound == index
        {
          slotOfValue[value.id] = slotOfValue[read.id]
          lives[slotOfValue[read.id]].steps = lives[slotOfValue[read.id]].steps.lowerBound...end
        } else {
          slotOfValue[value.id] = lives.count
          lives.append(Life(size: value.sampleCount, steps: index...end))
        }
      }
    }
    return (slotOfValue, lives)
  }

  /// Floats from the start of a sample, were it alone; all are multiples of a vector's.
  private static func placed(_ lives: [Life]) -> (offsets: [Int], count: Int) {
    var offsets = [Int](repeating: 0, count: lives.count)
    var placed: [Int] = []
    var count = 0
    for index in lives.indices.sorted(by: { (lives[$0].size, $1) > (lives[$1].size, $0) }) {
      let neighbours = placed.filter { lives[$0].steps.overlaps(lives[index].steps) }
        .sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in neighbours {
        if offset + lives[index].size <= offsets[other] { break }
        offset = max(offset, offsets[other] + lives[other].size)
      }
      offsets[index] = offset
      count = max(count, offset + lives[index].size)
      placed.append(index)
    }
    return (offsets, count)
  }
}

/// What two steps share, made when the first of them is.
final class Deferred<Value> {
  private let make: (PlanMemory) -> Value
  private var value: Value?

  init(_ make: @escaping (PlanMemory) -> Value) { self.make = make }

  func callAsFunction(_ memory: PlanMemory) -> Value {
    if let value { return value }
    let made = make(memory)
    value = made
    return made
  }
}
