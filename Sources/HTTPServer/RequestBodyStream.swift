import HTTPCore
import Synchronization

/// The body of a request that its handler takes in pieces, as they arrive.
///
/// ```swift
/// for try await piece in stream { try file.write(piece) }
/// ```
///
/// While the handler holds back, at most `window` bytes and one read of the socket wait in memory. Then the connection
/// reads no further, and TCP slows the client. The pieces come without transfer and content coding. A handler that answers
/// before the body is over gives up the rest, and the connection closes behind the answer.
///
/// Iterate once: a body is read from the network, not from memory.
public final class RequestBodyStream: AsyncSequence, Sendable {
  public typealias Element = ArraySlice<UInt8>
  public typealias Failure = any Error

  /// Bytes that may wait for the handler.
  public static let window = 256 << 10
  /// Pieces shorter than this are joined to the one before: a body in chunks of a byte each would make a quarter of a
  /// million of them.
  private static let shortPiece = 4 << 10

  private let coding: ContentCoding
  private let limit: Int
  private let ratio: Int
  /// Called when there is room again after there was none.
  private let onRoom: @Sendable () -> Void
  private let state = Mutex(State())

  private struct State {
    var pieces: [ArraySlice<UInt8>] = []
    var bytes = 0
    var isFull = false
    /// Set once no further piece comes.
    var outcome: Result<Void, any Error>?
    /// The handler, waiting for a piece.
    var waiter: CheckedContinuation<Void, Never>?

    mutating func append(_ piece: ArraySlice<UInt8>) {
      bytes += piece.count
      if let last = pieces.indices.last, piece.count < shortPiece, pieces[last].count < shortPiece {
        pieces[last] += piece
      } else {
        pieces.append(piece)
      }
    }

    mutating func wake() {
      waiter?.resume()
      waiter = nil
    }
  }

  init(_ coding: ContentCoding, limit: Int, ratio: Int, onRoom: @escaping @Sendable () -> Void) {
    self.coding = coding
    self.limit = limit
    self.ratio = ratio
    self.onRoom = onRoom
  }

  /// Whether the pieces are expanded.
  var isExpanded: Bool { coding != .identity }

  /// Takes in a piece; whether it is full now.
  func push(_ piece: ArraySlice<UInt8>) -> Bool {
    state.withLock { state in
      guard state.outcome == nil else { return false }
      state.append(piece)
      state.isFull = state.bytes >= Self.window
      state.wake()
      return state.isFull
    }
  }

  /// The body is complete.
  func finish() { end(.success(())) }

  /// No further piece comes: the handler gets this error behind the pieces that are there. The first end counts.
  func fail(_ error: any Error) { end(.failure(error)) }

  private func end(_ outcome: Result<Void, any Error>) {
    state.withLock { state in
      if state.outcome == nil { state.outcome = outcome }
      state.wake()
    }
  }

  public func makeAsyncIterator() -> Iterator {
    let decoder = coding == .identity ? nil : ContentDecoder(coding, limit: limit, ratio: ratio)
    return Iterator(stream: self, decoder: decoder)
  }

  /// Reads the pieces of a body in their order.
  public struct Iterator: AsyncIteratorProtocol {
    let stream: RequestBodyStream
    let decoder: ContentDecoder?

    /// The next piece, never empty; nil at the body's end.
    ///
    /// - Throws: `ServerFailure` for a body that is malformed, too long or too slow; `CancellationError` when the client has
    ///   left or the request was answered.
    public mutating func next() async throws -> ArraySlice<UInt8>? {
      guard let decoder else { return try await stream.nextPiece() }
      do {
        while true {
          if let expanded = try decoder.next() { return expanded }
          guard let piece = try await stream.nextPiece() else { break }
          decoder.append(piece)
        }
        try decoder.finish()
        return nil
      } catch let error as ContentCodingError {
        throw ServerFailure.contentCoding(error)
      }
    }
  }

  private func nextPiece() async throws -> ArraySlice<UInt8>? {
    while true {
      if let outcome = take() { return try outcome.get() }
      await withTaskCancellationHandler {
        await withCheckedContinuation(wait)
      } onCancel: {
        fail(CancellationError())
      }
    }
  }

  /// The next piece, or how the body ended; nil where neither is there.
  private func take() -> Result<ArraySlice<UInt8>?, any Error>? {
    let (taken, hasRoom): (Result<ArraySlice<UInt8>?, any Error>?, Bool) = state.withLock { state in
      guard !state.pieces.isEmpty else { return (state.outcome?.map { nil }, false) }
      let piece = state.pieces.removeFirst()
      state.bytes -= piece.count
      let hasRoom = state.isFull && state.bytes <= Self.window / 2
      if hasRoom { state.isFull = false }
      return (.success(piece), hasRoom)
    }
    if hasRoom { onRoom() }
    return taken
  }

  private func wait(_ continuation: CheckedContinuation<Void, Never>) {
    state.withLock { state in
      precondition(state.waiter == nil, "a body is iterated once, by one task")
      state.waiter = continuation
      // A piece may have come since it was looked for.
      if !state.pieces.isEmpty || state.outcome != nil { state.wake() }
    }
  }
}
