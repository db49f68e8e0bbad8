import Synchronization

/// The body of an answer that is made while it is sent.
///
/// ```swift
/// ServerResponse(status: .ok, contentType: .plainText, stream: ResponseStream { writer in
///   for line in lines { try await writer.write(Array(line.utf8)) }
/// })
/// ```
///
/// It has no limit of size or time. The producer waits in `write` while the client is slow, and is cancelled when the client
/// leaves. For HEAD it does not run at all.
public final class ResponseStream: Sendable {
  public typealias Producer = @Sendable (any ResponseWriter) async throws -> Void

  /// Makes the pieces. When it returns the body is complete. When it throws the connection is cut, so that the client can
  /// tell the body from a complete one.
  public let produce: Producer

  public init(_ produce: @escaping Producer) { self.produce = produce }
}

/// Takes the pieces of a streamed answer.
public protocol ResponseWriter: Sendable {
  /// Sends a piece, and returns when the kernel has taken all of it. Only then may the next one be written.
  ///
  /// - Throws: `CancellationError` when the client has left.
  func write(_ piece: [UInt8]) async throws

  /// Has `action` run once the server stops, at once where it does already. The producer should come to its end then: after
  /// the grace period the connection is cut.
  func onStop(_ action: @escaping @Sendable () -> Void)
}
