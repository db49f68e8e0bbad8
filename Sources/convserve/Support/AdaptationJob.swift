import Adaptation
import Foundation
import InferenceRuntime
import ModelServing
import Training

/// A run of `adapt`, from the command line to the repository.
struct AdaptationJob: Sendable {
  private let photos: URL
  private let origin: String
  private let bases: [ModelPackage]
  private let name: String
  private let repository: ModelRepository
  private let settings: AdaptationSettings
  private let allowsAnyName: Bool
  private let workFolder: URL
  /// Whether the folder is the run's alone, and is taken away at its end.
  private let ownsWorkFolder: Bool
  private let runName: String?
  private let threads: Int
  private let kernels: ProcessorKernels
  private let printsJSON: Bool

  init(_ command: AdaptCommand) throws {
    photos = URL(fileURLWithPath: command.photos)
    origin = command.origin ?? photos.lastPathComponent
    repository = command.directory.repository
    bases = try command.base.map(repository.package)
    name = command.name ?? ModelName.made(of: [photos.deletingPathExtension().lastPathComponent])
    settings = AdaptationSettings(fineTunes: command.fineTune, seed: command.seed)
    allowsAnyName = command.newVersion
    workFolder =
      command.workDirectory.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? repository.directory.appendingPathComponent(".adapting/\(name)", isDirectory: true)
    ownsWorkFolder = command.workDirectory == nil
    runName = command.runName
    threads = command.threads ?? ProcessInfo.processInfo.activeProcessorCount
    kernels = command.cpu ?? .best
    printsJSON = command.json
  }

  /// - Parameter page: with a comparison, where its page goes.
  func run(_ flag: StopFlag, comparing: Bool, page: URL?) throws {
    // A name that nothing may be added to is found before anything is unpacked.
    _ = try repository.versionDirectory(name, 1)
    let isGoingOn = FileManager.default.fileExists(atPath: workFolder.path)
    let folder = CheckpointFolder(workFolder)
    try folder.open()
    do {
      try comparing ? compare(flag, page: page) : adapt(flag)
      if ownsWorkFolder { folder.remove() }
    } catch let error as AdaptationError where error == .stopped {
      throw error
    } catch let error as UnwritableFile {
      // A full disk gets room again, and what is done then counts.
      throw error
    } catch let error as NameInUse where isGoingOn || error.hasComputed {
      // The other model may go, or the version come beside it.
      throw error
    } catch {
      // What is wrong with the photos is so the next time too; nothing is left behind.
      if ownsWorkFolder { folder.remove() }
      throw error
    }
  }

  private func adapt(_ flag: StopFlag) throws {
    let source = try openedPhotos(flag)
    try requireName(classes: source.training.classes.map(\.name))
    let meter = AdaptationMeter(printsJSON: printsJSON)
    for line in NotedFiles.lines(of: source) { try meter.show(.log(line)) }
    let adapter = try adapter(bases[0], source, workFolder, WorkerPool(threadCount: threads))
    do {
      try meter.finish(try adapter.run(isStopping: { flag.isRaised }) { try meter.show($0) })
    } catch let error as TrainedModelError {
      throw NameInUse(error: error, hasComputed: true)
    }
  }

  private func requireName(classes: [String]) throws {
    if allowsAnyName { return }
    do {
      try TrainedModel.requireName(name, in: repository, classes: classes)
    } catch let error as TrainedModelError {
      throw NameInUse(error: error, hasComputed: false)
    }
  }

  /// A name that a version can be added to only if somebody says so.
  private struct NameInUse: Error, CustomStringConvertible {
    let error: TrainedModelError
    /// Whether the name was free when the run began.
    let hasComputed: Bool

    var description: String {
      "\(error), or add a version to it all the same with --new-version"
        + (hasComputed
          ? ". That model came while this run computed. What was computed is kept: the same command goes on from it, with "
            + "--new-version, or without it once that model is gone" : "")
    }
  }

  private func compare(_ flag: StopFlag, page: URL?) throws {
    let source = try openedPhotos(flag)
    let pool = WorkerPool(threadCount: threads)
    let adapters = try bases.enumerated().map { index, base in
      try adapter(base, source, workFolder.appendingPathComponent("base-\(index)"), pool)
    }
    let meter = ComparisonMeter(printsJSON: printsJSON)
    try meter.finish(try Comparison(adapters).run(isStopping: { flag.isRaised }) { try meter.show($0) }, page: page)
  }

  private func openedPhotos(_ flag: StopFlag) throws -> DataSource {
    do {
      return try PhotoSource.open(photos, unpackingInto: workFolder.appendingPathComponent("photos")) { flag.isRaised }
    } catch PhotoSourceError.stopped {
      throw AdaptationError.stopped
    }
  }

  private func adapter(
    _ base: ModelPackage, _ source: DataSource, _ folder: URL, _ pool: WorkerPool
  ) throws -> Adapter {
    var adapter = Adapter(
      base: base, source: source, origin: origin, name: name, repository: repository,
      settings: settings, workFolder: folder, run: try keptRunName(), build: try ProgramIdentity.text,
      kernels: kernels, pool: pool)
    adapter.addsToAnyName = allowsAnyName
    return adapter
  }

  /// The run's name, which it keeps when it goes on.
  private func keptRunName() throws -> String {
    if let runName { return runName }
    let file = workFolder.appendingPathComponent("run")
    if let kept = try? String(contentsOf: file, encoding: .utf8), !kept.isEmpty { return kept }
    let made = UUID().uuidString
    do {
      try Data(made.utf8).write(to: file, options: .atomic)
    } catch {
      throw UnwritableFile(path: file.path, reason: describe(error))
    }
    return made
  }
}
