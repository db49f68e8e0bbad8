import Foundation

/// Runs `body` with names in UTF-8 on this thread: libarchive converts them to the locale's encoding, and loses those that
/// the locale of a plain process, "C", has no letters for. Other threads keep theirs, as does this one afterwards.
func withUTF8Locale<Result>(_ body: () throws(ArchiveError) -> Result) throws(ArchiveError) -> Result {
  // In the C library itself since glibc 2.35, and a file of Debian's before.
  guard let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return try body() }
  let before = uselocale(locale)
  defer {
    uselocale(before)
    freelocale(locale)
  }
  return try body()
}
