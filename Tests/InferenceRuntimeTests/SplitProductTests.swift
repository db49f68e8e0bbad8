import KernelTemplates
import NetworkGraph
import TestSupport
import Testing

@testable import InferenceRuntime

@Suite("products of bfloat16")
struct SplitProductTests {
  @Test("two terms keep 16 bits of a weight, each where tiles read it")
  func terms() {
    let (outputs, inputs) = (35, 50)
    let weights = SeededWeights.input(count: outputs * inputs).map { $0 * 1000 - 300 }
    let order = (0..<inputs).map(Int32.init)
    let tiles = SplitWeights.tiles(blocks: 3)
    #expect(tiles == [OutputTile(firstBlock: 0, vectors: 2), OutputTile(firstBlock: 2, vectors: 1)])
    let packed = SplitWeights.pack(tiles: tiles, panels: 1, depth: inputs) {
      packWeights(weights, outputs: outputs, rowLength: inputs, order: order, tiles: tiles, lanes: 16, into: $0)
    }
    let terms = UnsafeRawPointer(packed.pointer).assumingMemoryBound(to: UInt16.self)
    for output in 0..<48 {
      for input in 0..<64 {
        let tile = output / 32
        let values = (0..<2).map { term in
          // [tile][chunk][term][vectors][16 pairs of inputs][16 outputs][2]
          let place = ((input / 32 * 2 + term) * tiles[tile].vectors + output % 32 / 16) * 512
          let bits = terms[tile * 4096 + place + (input % 32 / 2 * 16 + output % 16) * 2 + input % 2]
          return Float(bitPattern: UInt32(bits) << 16)
        }
        let weight = output < outputs && input < inputs ? weights[output * inputs + input] : 0
        #expect(abs(values[0] - weight) <= abs(weight) / 256)
        #expect(abs(values[0] + values[1] - weight) <= abs(weight) / 65536)
      }
    }
  }

  @Test("a process that has not asked for tiles gets them", .enabled(if: ProcessorKernels.amx.isSupported))
  func permission() async {
    await #expect(processExitsWith: .success) {
      var net = NetworkBuilder()
      net.append("conv", .convolution(Convolution(outputChannels: 20, kernel: 3, padding: 1)))
      let network = try net.network(name: "first", inputShape: TensorShape([3, 9, 7]))
      let plan = try Compiler.compile(
        network, weights: try SeededWeights.make(for: network),
        options: CompilerOptions(maximumBatch: 1, engine: .tiled(.amx), selection: .fixed("direct-bf16x2")))
      let instance = ExecutionInstance(plan: plan, pool: WorkerPool(threadCount: 1))
      _ = try instance.run([Tensor(shape: [3, 9, 7]) { _ in }])
    }
  }

  @Test("every batch's positions are shared out once, in whole tiles but for the last")
  func schedule() {
    for (area, tiles) in [(49, 16), (196, 64), (1, 3), (12544, 2), (3136, 1)] {
      let schedule = SplitProductSchedule(
        chunkCount: 17, area: area, tileCount: tiles, maximumBatch: 5, threadCount: 4)
      #expect(schedule.depthParts.flatMap { $0 } == Array(0..<17))
      for batch in 1...5 {
        for isShared in [false, true] {
          let tasks = schedule.tasks(batch: batch, isShared: isShared)
          var seen = [Int](repeating: 0, count: area * batch)
          for task in tasks {
            #expect(task.positions.lowerBound % 32 == 0)
            #expect(schedule.chunkStride(task) * schedule.depthParts.map(\.count).max()! <= schedule.valueCount)
            for position in task.positions { seen[position] += task.tiles.count }
          }
          #expect(seen.allSatisfy { $0 == tiles })
        }
      }
    }
  }
}
