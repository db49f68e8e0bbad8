import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A file that cannot be downloaded.
public enum DownloadError: Error, Hashable, Sendable {
  /// The URL is no `http` or `https` URL with a host and a file name.
  case unacceptableURL(String)
  /// The server answered with an HTTP status other than 200, 206 or 416.
  case status(url: String, code: Int)
  /// The connection broke after `received` bytes of the file had arrived. The bytes are kept, and the same command
  /// resumes from there.
  case interrupted(url: String, received: Int64, reason: String)
  /// The SHA-256 of the complete file does not begin with the digits in its name. The file was deleted.
  case wrongHash(file: String, expectedPrefix: String, actual: String)
}

extension DownloadError: CustomStringConvertible {
  /// The problem in a sentence, and whether the same command resumes.
  public var description: String {
    switch self {
    case .unacceptableURL(let url): "\(url) is not an http or https URL of a file"
    case .status(let url, let code): "\(url) was answered with status \(code)"
    case .interrupted(let url, let received, let reason):
      "the download of \(url) stopped after \(received) bytes: \(reason); the same command resumes it"
    case .wrongHash(let file, let expectedPrefix, let actual):
      "\(file) has the SHA-256 \(actual), which does not begin with \(expectedPrefix); it was deleted, try again"
    }
  }
}

/// The progress of a download, bytes of earlier attempts included.
public struct DownloadProgress: Hashable, Sendable {
  /// Bytes that have arrived.
  public let received: Int64
  /// Bytes of the whole file; `nil` if the server does not give the length.
  public let total: Int64?
}

/// Downloads one file over HTTP into `destination` by way of `destination.part`, from which it resumes.
struct FileDownload {
  let url: URL
  let destination: URL
  let onProgress: @Sendable (DownloadProgress) -> Void

  private var partial: URL { destination.appendingPathExtension("part") }

  /// Requests the missing bytes, appends them, and moves the complete file into place.
  ///
  /// - Throws: `DownloadError`.
  func run() async throws {
    let manager = FileManager.default
    if !manager.fileExists(atPath: partial.path) { try Data().write(to: partial) }
    let file = try FileHandle(forWritingTo: partial)
    defer { try? file.close() }
    let existing = Int64(try file.seekToEnd())
    var request = URLRequest(url: url, timeoutInterval: 60)
    if existing > 0 { request.setValue("bytes=\(existing)-", forHTTPHeaderField: "Range") }
    let receiver = DownloadReceiver(file: file, resumedFrom: existing, url: url, onProgress: onProgress)
    try await receiver.receive(request)
    try file.close()
    if manager.fileExists(atPath: destination.path) { try manager.removeItem(at: destination) }
    try manager.moveItem(at: partial, to: destination)
  }
}

/// Writes what arrives to the file. URLSession calls a delegate from one queue, one call at a time.
///
/// `@unchecked Sendable`: the mutable fields are touched only on that queue once `receive` has started the task.
private final class DownloadReceiver: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private let file: FileHandle
  private let url: URL
  private let onProgress: @Sendable (DownloadProgress) -> Void
  private var received: Int64
  private var total: Int64?
  private var failure: (any Error)?
  private var continuation: CheckedContinuation<Void, any Error>?

  init(
    file: FileHandle, resumedFrom offset: Int64, url: URL, onProgress: @escaping @Sendable (DownloadProgress) -> Void
  ) {
    self.file = file
    self.url = url
    self.onProgress = onProgress
    received = offset
  }

  func receive(_ request: URLRequest) async throws {
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    try await withCheckedThrowingContinuation { continuation in
      self.continuation = continuation
      session.dataTask(with: request).resume()
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    do {
      switch status {
      case 206: break
      // The whole file again: the server cannot resume, or there was nothing to resume.
      case 200:
        try file.truncate(atOffset: 0)
        received = 0
      // No bytes are left to send: the file is complete, or longer than the server's file. The hash decides.
      case 416: total = received
      default: throw DownloadError.status(url: url.absoluteString, code: status)
      }
      if status != 416, response.expectedContentLength >= 0 { total = received + response.expectedContentLength }
      completionHandler(status == 416 ? .cancel : .allow)
    } catch {
      failure = error
      completionHandler(.cancel)
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    do {
      try file.write(contentsOf: data)
      received += Int64(data.count)
      onProgress(DownloadProgress(received: received, total: total))
    } catch {
      failure = error
      dataTask.cancel()
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let isComplete = total.map { received >= $0 } ?? (error == nil)
    if let failure {
      continuation?.resume(throwing: failure)
    } else if !isComplete || (error != nil && total == nil) {
      let reason = error?.localizedDescription ?? "the connection was closed early"
      continuation?.resume(
        throwing: DownloadError.interrupted(url: url.absoluteString, received: received, reason: reason))
    } else {
      continuation?.resume()
    }
    continuation = nil
  }
}
