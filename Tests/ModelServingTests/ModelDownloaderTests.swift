import Architectures
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelServing

@Suite("Downloading", .timeLimit(.minutes(5)))
struct ModelDownloaderTests {
  private let folder: TemporaryFolder
  private let content: [UInt8]
  /// The file's name with its hash, as publishers of PyTorch files write it.
  private let name: String

  init() throws {
    folder = try TemporaryFolder()
    let file = Checkout.weights.appendingPathComponent("resnet8_cifar10_zip.pth")
    content = [UInt8](try Data(contentsOf: file))
    name = "resnet8-\(try SHA256.hexDigest(of: file).prefix(8)).pth"
  }

  private var cache: URL { folder.url.appendingPathComponent("cache", isDirectory: true) }
  private var partial: URL { cache.appendingPathComponent(name + ".part") }

  @discardableResult
  private func pull(
    _ server: RangeServer, name: String? = nil, attempts: Int = 1,
    onProgress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) async throws -> ImportReport {
    let downloader = ModelDownloader(repository: folder.repository, cache: cache, maximumAttempts: attempts)
    return try await downloader.run(
      ImportRequest(file: cache, architecture: "resnet8"), url: "http://127.0.0.1:\(server.port)/\(name ?? self.name)",
      onProgress: onProgress)
  }

  @Test("A file is downloaded, checked and imported; its progress is told; a second pull finds it in the cache")
  func whole() async throws {
    let server = try RangeServer(content)
    defer { server.stop() }
    let last = Mutex<DownloadProgress?>(nil)
    let size = Int64(content.count)
    let report = try await pull(server) { progress in last.withLock { $0 = progress } }
    #expect(report.model == "resnet8")
    #expect(last.withLock { $0 } == DownloadProgress(received: size, total: size))
    let package = try folder.repository.package(named: "resnet8")
    #expect(package.manifest.source == "http://127.0.0.1:\(server.port)/\(name)")
    #expect(try await pull(server).version == 2)
    #expect(server.ranges == [nil])
  }

  @Test("A download that breaks off goes on where it stopped")
  func resumed() async throws {
    let server = try RangeServer(content, [.breakOff(after: 100_000)])
    defer { server.stop() }
    try await pull(server, attempts: 2)
    #expect(server.ranges == [nil, "bytes=100000-"])
    #expect(try folder.repository.modelNames() == ["resnet8"])
  }

  @Test("Where every attempt breaks off, the same command goes on later")
  func resumedByNextCommand() async throws {
    let server = try RangeServer(content, [.breakOff(after: 50_000), .breakOff(after: 70_000)])
    defer { server.stop() }
    for received in [50_000, 120_000] {
      await #expect {
        try await pull(server)
      } throws: { error in
        guard case DownloadError.interrupted(_, Int64(received), _) = error else { return false }
        return "\(error)".contains("the same command resumes it")
      }
      #expect(try Data(contentsOf: partial).count == received)
    }
    try await pull(server)
    #expect(server.ranges == [nil, "bytes=50000-", "bytes=120000-"])
  }

  @Test("A server that does not know ranges sends the whole file again")
  func withoutRanges() async throws {
    let server = try RangeServer(content, [.breakOff(after: 50_000), .ignoreRange])
    defer { server.stop() }
    try await pull(server, attempts: 2)
    #expect(try folder.repository.modelNames() == ["resnet8"])
  }

  @Test("A file that had arrived whole needs no byte more")
  func alreadyWhole() async throws {
    let server = try RangeServer(content)
    defer { server.stop() }
    try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    try Data(content).write(to: partial)
    try await pull(server)
    #expect(server.ranges == ["bytes=\(content.count)-"])
  }

  @Test("A file with another hash is deleted, and nothing is imported")
  func wrongHash() async throws {
    let server = try RangeServer(content)
    defer { server.stop() }
    await #expect {
      try await pull(server, name: "resnet8-0123abcd.pth")
    } throws: { error in
      guard case DownloadError.wrongHash("resnet8-0123abcd.pth", "0123abcd", _) = error else { return false }
      return true
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).isEmpty)
    #expect(throws: ModelRepositoryError.self) { try folder.repository.modelNames() }
  }

  @Test("The hash stands behind the last hyphen, whatever dots come before it")
  func hashInName() {
    #expect(ModelDownloader.hashPrefix(inName: "mnasnet1.0_top1_73.512-f206786ef8.pth") == "f206786ef8")
    #expect(ModelDownloader.hashPrefix(inName: "alexnet-owt-7be5be79.pth") == "7be5be79")
    #expect(ModelDownloader.hashPrefix(inName: "resnet50-0676ba61") == "0676ba61")
    for architecture in Architecture.all {
      guard let weights = architecture.pretrained else { continue }
      #expect(ModelDownloader.hashPrefix(inName: weights.fileName) == weights.sha256Prefix)
    }
  }

  @Test("A name without a hash is refused before anything is downloaded", arguments: ["resnet8.pth", "resnet8-v1.pth"])
  func noHash(name: String) async throws {
    let server = try RangeServer(content)
    defer { server.stop() }
    await #expect(throws: ModelDownloaderError.noHashInName(name)) { try await pull(server, name: name) }
    #expect(server.ranges.isEmpty)
  }

  @Test("An error of the server is told with its status, and not kept as a file", arguments: [403, 404, 500])
  func errorStatus(status: Int) async throws {
    let server = try RangeServer(content, [.status(status)])
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)/\(name)"
    await #expect(throws: DownloadError.status(url: url, code: status)) { try await pull(server) }
    try await pull(server)
  }

  @Test(
    "What is no web address of a file is refused", arguments: ["ftp://host/a-01234567.pth", "resnet8.pth", "http://"])
  func noURL(address: String) async throws {
    let downloader = ModelDownloader(repository: folder.repository, cache: cache)
    await #expect(throws: DownloadError.unacceptableURL(address)) {
      try await downloader.run(ImportRequest(file: cache, architecture: "resnet8"), url: address) { _ in }
    }
  }

  @Test("An architecture without official weights names those that have some")
  func notPublished() async throws {
    let downloader = ModelDownloader(repository: folder.repository, cache: cache)
    await #expect {
      try await downloader.run(ImportRequest(file: cache, architecture: "lenet5")) { _ in }
    } throws: { error in
      guard case ModelDownloaderError.notPublished("lenet5", let available) = error else { return false }
      return available.contains("resnet50") && !available.contains("lenet5")
    }
  }
}
