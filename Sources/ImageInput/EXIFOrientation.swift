/// Finds the orientation in EXIF data, which has the form of a TIFF file: TIFF 6.0, section 2; EXIF 2.32, 4.5.
///
/// Malformed data counts as no orientation, because an image is worth more than its metadata.
enum EXIFOrientation {
  private static let orientationTag = 0x0112
  private static let short = 3
  private static let long = 4
  private static let entrySize = 12

  /// Reads the orientation in the first directory. The payload may begin with the prefix `Exif`.
  static func read(_ payload: UnsafeRawBufferPointer) -> Orientation? {
    guard let tiff = tiffReader(payload), let directory = tiff.uint32(at: 4) else { return nil }
    guard let entries = tiff.uint16(at: directory) else { return nil }
    for index in 0..<entries {
      let entry = directory + 2 + index * entrySize
      guard let tag = tiff.uint16(at: entry) else { return nil }
      if tag == orientationTag { return value(at: entry, in: tiff) }
    }
    return nil
  }

  /// A reader of the TIFF part in its byte order, or `nil` where the data does not begin as TIFF.
  private static func tiffReader(_ payload: UnsafeRawBufferPointer) -> ByteReader? {
    let whole = ByteReader(bytes: payload)
    let start = whole.hasText("Exif\0\0", at: 0) ? 6 : 0
    guard let bytes = whole.slice(at: start, count: payload.count - start) else { return nil }
    var tiff = ByteReader(bytes: bytes)
    if tiff.hasText("II", at: 0) { tiff.order = .littleEndian } else if !tiff.hasText("MM", at: 0) { return nil }
    return tiff.uint16(at: 2) == 42 ? tiff : nil
  }

  private static func value(at entry: Int, in tiff: ByteReader) -> Orientation? {
    let number: Int?
    switch tiff.uint16(at: entry + 2) {
    case short: number = tiff.uint16(at: entry + 8)
    case long: number = tiff.uint32(at: entry + 8)
    default: number = nil
    }
    return number.flatMap(UInt8.init(exactly:)).flatMap(Orientation.init(rawValue:))
  }
}
