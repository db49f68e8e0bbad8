import Foundation

/// Where things lie in the directory of jobs. Nobody but the server's user may look into it.
///
///     jobs.sqlite      what there is; what it does not know is deleted at the start
///     lock             held by the server that uses the directory
///     datasets/ID/     CLASS/FILE of each dataset
///     jobs/ID/         work folder of each job; report.json and report.html once it has published a version
///     uploads/ID/      datasets that are arriving, and folders that are being deleted
struct JobFolders: Sendable {

  let root: String

  var database: String { root + "/jobs.sqlite" }
  var lock: String { root + "/lock" }
  var datasets: String { root + "/datasets" }
  var jobs: String { root + "/jobs" }
  var uploads: String { root + "/uploads" }

  func dataset(_ id: String) -> String { datasets + "/" + id }
  func job(_ id: String) -> String { jobs + "/" + id }
  func upload(_ id: String) -> String { uploads + "/" + id }

  func report(of id: String, as form: JobService.ReportForm) -> String { job(id) + "/" + form.fileName }

  /// Makes the folders that are missing.
  ///
  /// - Throws: `JobError.storage`, also where there are datasets or jobs and the database that knows them is gone: all of them
  ///   would be deleted.
  func prepare() throws {
    for folder in [root, datasets, jobs, uploads] { try Self.make(folder) }
    guard !FileManager.default.fileExists(atPath: database) else { return }
    let orphans = Self.contents(of: datasets).map { "datasets/" + $0 } + Self.contents(of: jobs).map { "jobs/" + $0 }
    guard let orphan = orphans.first else { return }
    throw JobError.storage(
      reason: "\(database) is missing, but there is \(orphan): put it back, or move `datasets` and `jobs` away")
  }

  static func make(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: root(of: folder), withIntermediateDirectories: true)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw JobError.system("make the folder \(folder)") }
    guard chmod(folder, 0o700) == 0 else { throw JobError.system("keep \(folder) to this user") }
  }

  private static func root(of folder: String) -> String { (folder as NSString).deletingLastPathComponent }

  static func contents(of folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// Deletes what a crash left behind.
  ///
  /// - Parameters:
  ///   - datasets: ids of all datasets.
  ///   - jobs: ids of all jobs, and whether each still needs its folder.
  func clean(datasets known: Set<String>, jobs: [String: Bool]) {
    for name in Self.contents(of: uploads) { remove(upload(name)) }
    for name in Self.contents(of: datasets) where !known.contains(name) { remove(dataset(name)) }
    for name in Self.contents(of: self.jobs) where jobs[name] != true { remove(job(name)) }
  }

  /// Takes a folder out of sight in one step, then deletes it: a crash between leaves it among the uploads, which the next
  /// start empties.
  func discard(_ folder: String) {
    let grave = upload("deleted-" + JobIdentifier.random())
    remove(rename(folder, grave) == 0 ? grave : folder)
  }

  private func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Leaves only the reports of a job that is over: features and checkpoints may take gigabytes.
  func keepReports(of id: String) {
    let reports = JobService.ReportForm.allCases.map(\.fileName)
    for name in Self.contents(of: job(id)) where !reports.contains(name) { remove(job(id) + "/" + name) }
  }

  /// Regular files below a folder, and their bytes.
  static func measure(_ folder: String) -> (files: Int, bytes: Int) {
    let walk = FileManager.default.enumerator(
      at: URL(fileURLWithPath: folder), includingPropertiesForKeys: [.isRegularFileKey, .fileSizeKey])
    var total = (files: 0, bytes: 0)
    while let file = walk?.nextObject() as? URL {
      guard let values = try? file.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey]),
        values.isRegularFile == true
      else { continue }
      total = (total.files + 1, total.bytes + (values.fileSize ?? 0))
    }
    return total
  }
}

extension JobService.ReportForm {
  /// In the job's work folder, where the child writes it.
  var fileName: String {
    switch self {
    case .json: "report.json"
    case .html: "report.html"
    }
  }
}

/// Names of datasets and jobs: letters and digits that suit paths, options and addresses.
enum JobIdentifier {
  private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567")

  /// 80 bits from the system's generator: nobody guesses one, and no two are equal.
  static func random() -> String { String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count)] }) }
}
