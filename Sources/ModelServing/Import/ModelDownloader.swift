import Architectures
import Foundation

/// Downloads the official weight file of an architecture, checks it against the hash in its name, and imports it.
///
/// Publishers of PyTorch weights end a file's name with the first digits of its SHA-256, for example
/// `resnet50-0676ba61.pth`. Files without at least eight such digits are refused.
public struct ModelDownloader: Sendable {
  let repository: ModelRepository
  /// Where downloads are kept, so that an interrupted one resumes.
  let cache: URL
  let maximumAttempts: Int

  /// A downloader for a repository.
  ///
  /// - Parameters:
  ///   - repository: the repository that gets the model.
  ///   - cache: the folder that keeps downloaded files. An interrupted download resumes from its file, and a complete
  ///     file is not downloaded again.
  ///   - maximumAttempts: the number of times that an interrupted download is tried, with a pause of 1, 2, ...
  ///     seconds between attempts.
  public init(repository: ModelRepository, cache: URL, maximumAttempts: Int = 3) {
    self.repository = repository
    self.cache = cache
    self.maximumAttempts = maximumAttempts
  }

  /// Downloads, checks and imports the weights of an architecture.
  ///
  /// - Parameters:
  ///   - request: the import. Its `file` is replaced by the downloaded file. If it names no source or licence, the
  ///     URL and the published licence are taken.
  ///   - url: another address of the same file. By default it is the address that the architecture publishes.
  ///   - onProgress: called as bytes arrive, on a thread of the download.
  /// - Returns: what the import made.
  /// - Throws: `UnknownArchitecture`. `ModelDownloaderError` if no weights are published, or the name has no hash.
  ///   `DownloadError` if the download fails. Errors of `ModelImporter.run`.
  public func run(
    _ request: ImportRequest, url: String? = nil, onProgress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws -> ImportReport {
    let architecture = try Architecture.named(request.architecture)
    guard let address = url ?? architecture.pretrained?.url else {
      throw ModelDownloaderError.notPublished(
        architecture: architecture.name,
        available: Architecture.all.filter { $0.pretrained != nil }.map(\.name))
    }
    guard let location = URL(string: address), ["http", "https"].contains(location.scheme ?? ""),
      location.host != nil, !location.lastPathComponent.isEmpty, location.lastPathComponent != "/"
    else { throw DownloadError.unacceptableURL(address) }
    guard let hash = Self.hashPrefix(inName: location.lastPathComponent) else {
      throw ModelDownloaderError.noHashInName(location.lastPathComponent)
    }
    let file = try await download(location, hash: hash, onProgress: onProgress)
    var request = request
    request.file = file
    request.source = request.source ?? address
    request.licence = request.licence ?? architecture.pretrained?.licence
    return try ModelImporter(repository: repository).run(request)
  }

  /// The file in the cache, downloaded unless it is there already, with its hash checked.
  private func download(
    _ url: URL, hash: String, onProgress: @escaping @Sendable (DownloadProgress) -> Void
  ) async throws -> URL {
    try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    let file = cache.appendingPathComponent(url.lastPathComponent)
    if !FileManager.default.fileExists(atPath: file.path) {
      let download = FileDownload(url: url, destination: file, onProgress: onProgress)
      try await retrying { try await download.run() }
    }
    try verify(file, hash: hash)
    return file
  }

  /// Repeats an interrupted download from where it stopped.
  private func retrying(_ body: () async throws -> Void) async throws {
    for attempt in 1...maximumAttempts {
      do {
        return try await body()
      } catch DownloadError.interrupted where attempt < maximumAttempts {
        try await Task.sleep(for: .seconds(attempt))
      }
    }
  }

  private func verify(_ file: URL, hash expected: String) throws {
    let actual = try SHA256.hexDigest(of: file)
    guard actual.hasPrefix(expected) else {
      try? FileManager.default.removeItem(at: file)
      throw DownloadError.wrongHash(file: file.lastPathComponent, expectedPrefix: expected, actual: actual)
    }
  }

  /// Publishers of PyTorch files end the name with the first digits of the SHA-256, at least eight, after a hyphen:
  /// `resnet50-0676ba61.pth`.
  static func hashPrefix(inName name: String) -> String? {
    guard let hyphen = name.lastIndex(of: "-") else { return nil }
    let digits = name[name.index(after: hyphen)...].prefix { $0 != "." }.lowercased()
    return digits.count >= 8 && digits.allSatisfy(\.isHexDigit) ? digits : nil
  }
}

/// Weights that cannot be downloaded, because their address or their hash is not known.
public enum ModelDownloaderError: Error, Hashable, Sendable {
  /// No official weight file is known for the architecture. `available` lists the architectures that have one.
  case notPublished(architecture: String, available: [String])
  /// The file's name does not end with digits of its SHA-256, so the file cannot be checked.
  case noHashInName(String)
}

extension ModelDownloaderError: CustomStringConvertible {
  /// The problem in a sentence, and what can be done instead.
  public var description: String {
    switch self {
    case .notPublished(let architecture, let available):
      "no official weight file is known for \(architecture); there are some for \(available.joined(separator: ", ")). "
        + "Give another place with --url, or a file of your own to `convserve import`"
    case .noHashInName(let name):
      "\(name) does not end with the first digits of its SHA-256, as in resnet50-0676ba61.pth, so it cannot be checked"
    }
  }
}
