import KernelTemplates

/// Neighbouring output positions of one row that one tile computes.
struct PositionRun: Sendable {
  /// Offset of the first position's window in the input.
  let input: Int
  /// Index of the first position in the output map.
  let position: Int
  let count: Int
  /// What of the window's steps is worth taking.
  let steps: Range<Int>
}

/// The work that a thread does before it asks for more: some runs of positions of one tile of output channels.
struct TileTask: Sendable {
  let group: Int
  let tile: Int
  /// Indices over the runs of all samples.
  let runs: Range<Int>
}

/// How the work of a direct convolution is cut into tasks.
struct TileSchedule: Sendable {
  /// Multiply-accumulates that are worth a task of their own: some tens of microseconds where all weights stay in the
  /// cache, more where each task reads its tile's anew.
  private static let (taskSize, streamingTaskSize) = (1_000_000, 12_000_000)
  /// Tasks for each thread that are aimed at, as long as each is worth `taskSize`: a thread that loses its core for a
  /// while gets help.
  private static let tasksPerThread = 4

  /// Blocks of output channels in one group.
  let blocks: Int
  /// Ranges of the access's steps that are summed up one after the other.
  let depthParts: [Range<Int>]
  /// The tasks of a batch of each size, from 1 up.
  let tasks: [[TileTask]]
  private let runsByVectors: [[PositionRun]]

  init(access: WindowAccess, tiling: OutputTiling, groups: Int, lanes: Int, maximumBatch: Int, threadCount: Int) {
    let depth = access.weightOrder.count
    let blocks = tiling.blockCount
    let widest = tiling.tiles.map(\.vectors).max()!
    let parts = FirstLevelCache.partCount(of: depth * widest * lanes)
    let keepsAllWeights = depth * blocks * lanes <= SecondLevelCache.residentCount
    let largestTask = keepsAllWeights ? Self.taskSize : Self.streamingTaskSize
    let stepCount = access.stepCount
    depthParts = (0..<min(parts, stepCount)).map { part in
      stepCount * part / min(parts, stepCount)..<stepCount * (part + 1) / min(parts, stepCount)
    }
    let used = Set(tiling.tiles.map(\.vectors))
    let runsByVectors = (1...widest).map { used.contains($0) ? Self.runs(access, tiling, vectors: $0) : [] }
    self.blocks = blocks
    self.runsByVectors = runsByVectors
    let partCount = tiling.tiles.count * groups
    tasks = (1...maximumBatch).map { batch in
      let parts = tiling.tiles.enumerated().map { index, tile in
        let depth = depth * tile.vectors * lanes
        return (
          tile: index,
          runs: Self.chunks(
            runsByVectors[tile.vectors - 1], batch: batch, depth: depth, largestTask: largestTask,
            partCount: partCount, threadCount: threadCount)
        )
      }
      return Self.tasks(parts, groups: groups, keepsAllWeights: keepsAllWeights)
    }
  }

  private static func runs(_ access: WindowAccess, _ tiling: OutputTiling, vectors: Int) -> [PositionRun] {
    let columns = tiling.runs(of: access.rowWidth, vectors: vectors)
    return (0..<access.rowCount).flatMap { row in
      columns.map { columns in
        PositionRun(
          input: row * access.rowStride + columns.lowerBound * access.positionStride,
          position: row * access.rowWidth + columns.lowerBound, count: columns.count, steps: access.rowSteps[row])
      }
    }
  }

  /// Runs of one sample for a tile of `vectors` vectors.
  func runs(vectors: Int) -> [PositionRun] { runsByVectors[vectors - 1] }

  /// Weights that fit the cache together stay there while all tiles pass over some positions; of larger ones, one
  /// tile's weights stay while all positions pass over them.
  private static func tasks(
    _ parts: [(tile: Int, runs: [Range<Int>])], groups: Int, keepsAllWeights: Bool
  ) -> [TileTask] {
    let chunks = parts.flatMap { part in part.runs.indices.map { (chunk: $0, tile: part.tile, runs: part.runs[$0]) } }
    let ordered = keepsAllWeights ? chunks.sorted { ($0.chunk, $0.tile) < ($1.chunk, $1.tile) } : chunks
    return (0..<groups).flatMap { group in
      ordered.map { TileTask(group: group, tile: $0.tile, runs: $0.runs) }
    }
  }

  /// All runs of a batch in even parts, so many that tasks for `partCount` tiles of channels occupy all threads equally.
  /// `depth` counts multiply-accumulates for each position.
  private static func chunks(
    _ runs: [PositionRun], batch: Int, depth: Int, largestTask: Int, partCount: Int, threadCount: Int
  ) -> [Range<Int>] {
    let work = runs.reduce(0) { $0 + $1.count } * batch * depth
    let total = runs.count * batch
    let wanted = max(work / largestTask, min(tasksPerThread * threadCount / partCount, work / taskSize), 1)
    let even = (wanted...wanted + threadCount).first { $0 * partCount % threadCount == 0 }!
    let count = min(even, total)
    return (0..<count).map { evenPart($0, of: count, of: total) }
  }
}
