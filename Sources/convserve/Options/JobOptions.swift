import ArgumentParser
import Foundation
import Jobs

/// Whether photos and jobs are taken, and how many.
struct JobOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Directory of datasets and jobs, made where it is missing. (default: none, neither are taken)",
    completion: .directory)
  var jobsDirectory: String?

  @Option(name: .long, help: "Jobs that may wait, run or pause at a time. (default: 100)")
  var maxJobs: String?

  @Option(name: .long, help: "Jobs that run at a time. (default: 1)")
  var simultaneousJobs: String?

  @Option(name: .long, help: "Datasets that are kept. (default: 100)")
  var maxDatasets: String?

  @Option(name: .long, help: "Megabytes (2^20 bytes) that an upload may have. (default: 4096)")
  var maxUpload: String?

  @Option(name: .long, help: "Megabytes (2^20 bytes) that all datasets may take together. (default: 20480)")
  var datasetQuota: String?

  @Option(name: .long, help: "Megabytes (2^20 bytes) of memory that a job may take. (default: 4096)")
  var jobMemory: String?

  @Option(name: .long, help: "Threads of a job, which take what serving leaves. (default: the number of processors)")
  var jobThreads: String?

  /// Nil: neither datasets nor jobs are taken.
  func configuration(_ settings: Settings, models: String) -> JobSettings? {
    let directory = settings.value("jobs-directory", jobsDirectory)
    var configuration = JobServiceConfiguration(directory: directory?.value ?? "", models: models)
    configuration.maximumOpenJobs = settings.integer("max-jobs", maxJobs, 1...100_000, default: 100)
    configuration.simultaneousJobs = settings.integer("simultaneous-jobs", simultaneousJobs, 1...64, default: 1)
    configuration.maximumDatasets = settings.integer("max-datasets", maxDatasets, 1...100_000, default: 100)
    configuration.maximumUploadBytes = settings.integer("max-upload", maxUpload, 1...1_000_000, default: 4096) << 20
    configuration.maximumDatasetBytes =
      settings.integer("dataset-quota", datasetQuota, 1...100_000_000, default: 20_480) << 20
    configuration.childMemoryBytes = settings.integer("job-memory", jobMemory, 256...10_000_000, default: 4096) << 20
    configuration.childThreads = settings.integer(
      "job-threads", jobThreads, 1...256, default: ProcessInfo.processInfo.activeProcessorCount)
    return directory.map { JobSettings(service: configuration, origin: $0.origin) }
  }
}

/// How datasets and jobs are kept, and where somebody asked for that.
struct JobSettings {
  let service: JobServiceConfiguration
  let origin: SettingOrigin

  /// What is wrong with the directory, without making or opening it: another server may be using it.
  var fault: ConfigurationError? {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: service.directory, isDirectory: &isDirectory) else {
      let parent = URL(fileURLWithPath: service.directory).deletingLastPathComponent().path
      if FileManager.default.isWritableFile(atPath: parent) { return nil }
      return complaint(
        "names a directory that is not there, and \(parent), where it would be made, cannot be written to")
    }
    guard isDirectory.boolValue else { return complaint("takes a directory, and \(service.directory) is a file") }
    if FileManager.default.isWritableFile(atPath: service.directory) { return nil }
    return complaint("takes a directory that can be written to, which \(service.directory) cannot")
  }

  private func complaint(_ text: String) -> ConfigurationError { .unacceptable(origin, complaint: text) }
}
