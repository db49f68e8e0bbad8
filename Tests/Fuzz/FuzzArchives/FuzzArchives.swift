import Archives
import Foundation

/// An archive. Whatever it holds, nothing appears beside the folder, nothing is left of what is refused, and what comes
/// out is as many plain files as were told, within the limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchives(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let place = Place.shared
  place.write(UnsafeRawBufferPointer(start: data, count: count))
  let limits = ArchiveLimits(entries: 20, fileBytes: 1 << 20, totalBytes: 4 << 20, depth: 3)
  do {
    let unpacked = try ArchiveUnpacker.unpack(place.archive, into: place.target, limits: limits)
    precondition(place.files() == unpacked.files, "other files than were told")
    precondition(unpacked.files <= 20 && unpacked.bytes <= 4 << 20, "more than the limits")
    precondition(unpacked.root.hasPrefix(place.target), "the root lies elsewhere")
    place.clear()
  } catch {
    precondition(!error.description.isEmpty, "an error without words")
  }
  place.checkNothingIsLeft()
  return 0
}

/// A folder in memory where there is one, for it is filled and emptied thousands of times.
private struct Place {
  static let shared = Place()

  let around: String
  var target: String { around + "/target" }
  var archive: String { around + "/archive" }

  private init() {
    let parent = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    around = "\(parent)/convserve-fuzz-\(getpid())"
    // Of an earlier process of this number, which was killed.
    try? FileManager.default.removeItem(atPath: around)
    try! FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: Place.shared.around) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) { try! Data(bytes).write(to: URL(fileURLWithPath: archive)) }

  /// How many plain files there are; anything but files and folders is a crash.
  func files() -> Int {
    let paths = try! FileManager.default.subpathsOfDirectory(atPath: target)
    return paths.count { path in
      var status = stat()
      precondition(lstat("\(target)/\(path)", &status) == 0, "a path that leads nowhere")
      let kind = status.st_mode & S_IFMT
      precondition(kind == S_IFREG || kind == S_IFDIR, "neither a file nor a folder")
      precondition(status.st_mode & 0o7022 == 0, "a mode that an archive asked for")
      return kind == S_IFREG
    }
  }

  func clear() {
    for name in try! FileManager.default.contentsOfDirectory(atPath: target) {
      try! FileManager.default.removeItem(atPath: "\(target)/\(name)")
    }
  }

  func checkNothingIsLeft() {
    precondition(try! FileManager.default.contentsOfDirectory(atPath: target).isEmpty, "something is left")
    precondition(try! FileManager.default.contentsOfDirectory(atPath: around).count == 2, "something lies beside")
  }
}
