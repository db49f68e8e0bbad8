import KernelTemplates

/// The work that a thread does before it asks for more: some output positions of some tiles of output channels.
struct SplitProductTask: Sendable {
  /// Over all samples.
  let positions: Range<Int>
  let tiles: Range<Int>
}

/// How the work of a convolution by split products is cut.
struct SplitProductSchedule: Sendable {
  /// Positions that are multiplied at a time.
  static let pair = SplitProductKernels.mostTiles * SplitProductKernels.edge
  /// Of which the terms stay in the second-level cache while all weights pass over them.
  private static let mostPositions = 256
  /// Of two tiles of output channels, the weights stay in the first-level cache while all positions pass over them.
  private static let mostChunks = 8
  /// Tiles of output channels that are worth splitting a task's values once more.
  private static let leastTiles = 4
  /// Tasks for each thread that are aimed at.
  private static let tasksPerThread = 4

  /// Ranges of chunks that are summed up one after the other.
  let depthParts: [Range<Int>]
  /// Floats of memory for the terms of one task's values.
  let valueCount: Int
  private let sharedTasks: [[SplitProductTask]]
  private let tasks: [[SplitProductTask]]

  init(chunkCount: Int, area: Int, tileCount: Int, maximumBatch: Int, threadCount: Int) {
    let parts = (chunkCount + Self.mostChunks - 1) / Self.mostChunks
    depthParts = (0..<parts).map { evenPart($0, of: parts, of: chunkCount) }
    let positions = min(Self.mostPositions, area * maximumBatch)
    valueCount = depthParts.map(\.count).max()! * Self.chunkStride(0..<positions)
    tasks = (1...maximumBatch).map { Self.tasks(total: area * $0, tileCount: tileCount, threadCount: 1) }
    sharedTasks = (1...maximumBatch).map {
      Self.tasks(total: area * $0, tileCount: tileCount, threadCount: threadCount)
    }
  }

  /// The tasks of a batch; a thread that begins alone would split values once for each part of the channels.
  func tasks(batch: Int, isShared: Bool) -> [SplitProductTask] { (isShared ? sharedTasks : tasks)[batch - 1] }

  func chunkStride(_ task: SplitProductTask) -> Int { Self.chunkStride(task.positions) }

  /// Floats from one chunk of the terms of some positions to the next.
  static func chunkStride(_ positions: Range<Int>) -> Int {
    tileCount(positions.count) * 2 * SplitProductKernels.tileFloats
  }

  static func tileCount(_ positions: Int) -> Int {
    (positions + SplitProductKernels.edge - 1) / SplitProductKernels.edge
  }

  private static func tasks(total: Int, tileCount: Int, threadCount: Int) -> [SplitProductTask] {
    let pairs = (total + pair - 1) / pair
    let blocks = (total + mostPositions - 1) / mostPositions
    let wanted = threadCount == 1 ? 1 : (tasksPerThread * threadCount + blocks - 1) / blocks
    let channelParts = max(min(wanted, tileCount / leastTiles), 1)
    return (0..<blocks).flatMap { block in
      let positions = pairs * block / blocks * pair..<min(pairs * (block + 1) / blocks * pair, total)
      return (0..<channelParts).map {
        SplitProductTask(
          positions: positions, tiles: evenPart($0, of: channelParts, of: tileCount))
      }
    }
  }
}
