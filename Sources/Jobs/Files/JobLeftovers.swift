import Foundation

/// What a job that is given up leaves behind: its work folder, of which only the report of a version stays that was published
/// before, or of a search, and what `train` keeps beside the models to go on from.
struct JobLeftovers: Sendable {
  let folders: JobFolders
  let models: String

  func remove(_ job: JobRecord) {
    if job.keepsReport { folders.keepReports(of: job.id) } else { folders.discard(folders.job(job.id)) }
    guard job.kind == .train else { return }
    removeCheckpoint(of: job)
  }

  /// `MODELS/.training/NAME`, which the next job of that name would go on from. It is this job's own only if the job has come
  /// further than nothing: somebody may train a model of that name by hand, now or later.
  private func removeCheckpoint(of job: JobRecord) {
    let folder = models + "/.training/" + job.name
    guard job.reached > 0, FileManager.default.fileExists(atPath: folder),
      let lock = try? DirectoryLock(folder + "/lock")
    else { return }
    folders.discard(folder)
    // Until here nobody else could begin.
    withExtendedLifetime(lock) {}
  }
}
