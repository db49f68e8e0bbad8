import Glibc
import Synchronization

@testable import InferenceRuntime

/// Where pages that nobody may touch lie close to a piece of memory.
enum Fence: String, CaseIterable, Codable, Sendable {
  /// The piece begins right behind one: reading or writing one float in front of it ends the process.
  case before
  /// The piece ends right before one: so does reading or writing one float past it.
  case after
}

/// Pieces of memory of one size, the same distance from each other, with a page that nobody may touch on both sides of
/// each; one of the two lies close.
///
/// `@unchecked Sendable`: nothing in it changes after `init`, but the memory itself, which is the owner's.
final class FencedMemory: @unchecked Sendable {
  static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  let first: UnsafeMutablePointer<Float>
  /// Floats from one piece to the next.
  let stride: Int
  private let mapping: UnsafeMutableRawBufferPointer

  /// `pieces` times `count` floats, all of them `value`.
  init(pieces: Int = 1, count: Int, fence: Fence, value: Float = 0) {
    let (page, bytes) = (Self.page, count * MemoryLayout<Float>.stride)
    // A piece without values is one page that nobody may touch.
    let room = (bytes + page - 1) / page * page
    let strideBytes = page + room
    let length = pieces * strideBytes + page
    guard let start = mmap(nil, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      start != MAP_FAILED
    else { fatalError("mmap of \(length) bytes: \(String(cString: strerror(errno)))") }
    mapping = UnsafeMutableRawBufferPointer(start: start, count: length)
    stride = strideBytes / MemoryLayout<Float>.stride
    let offset = page + (fence == .after ? room - bytes : 0)
    first = (start + offset).bindMemory(to: Float.self, capacity: count)
    for piece in 0..<pieces {
      if room > 0 { mprotect(start + page + piece * strideBytes, room, PROT_READ | PROT_WRITE) }
      (first + piece * stride).initialize(repeating: value, count: count)
    }
  }

  deinit {
    munmap(mapping.baseAddress, mapping.count)
  }
}

extension LargeMemory {
  /// From now on, everything that the engine allocates is fenced in.
  static func fenceIn(_ fence: Fence) {
    let register = FenceRegister()
    source = Source { count in
      let memory = FencedMemory(count: count, fence: fence)
      register.pieces.withLock { $0[Int(bitPattern: memory.first)] = memory }
      return memory.first
    } deallocate: { memory, _ in
      let known = register.pieces.withLock { $0.removeValue(forKey: Int(bitPattern: memory)) }
      precondition(known != nil, "given back without having been given out")
    }
  }
}

/// What has been given out, by address. Threads that pack weights allocate at the same time.
private final class FenceRegister: Sendable {
  let pieces = Mutex<[Int: FencedMemory]>([:])
}
