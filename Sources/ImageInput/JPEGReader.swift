import CJPEG

/// Reads the rows of a JPEG from the top by libjpeg-turbo, with the accurate inverse DCT and smooth chroma upsampling.
///
/// Rows and columns that are not needed are not turned into pixels. The others have the same values as in a full
/// decoding.
final class JPEGReader {
  /// What the bytes of a pixel mean.
  enum PixelFormat {
    case rgb
    /// Red, green, blue and a byte without meaning.
    case rgbx
    case cmyk

    var bytes: Int { self == .rgb ? 3 : 4 }

    fileprivate var colourSpace: J_COLOR_SPACE {
      switch self {
      case .rgb: JCS_RGB
      case .rgbx: JCS_EXT_RGBX
      case .cmyk: JCS_CMYK
      }
    }
  }

  private let codec: UnsafeMutablePointer<convserve_jpeg>
  let format: PixelFormat
  /// The size at which rows are read.
  let size: PixelSize
  /// The columns that each row holds.
  private(set) var columns: Range<Int>

  /// - Parameter bytes: must outlive the reader.
  /// - Throws: `ImageError.corrupt`.
  init(
    _ bytes: UnsafeRawBufferPointer, header: ImageHeader, format: PixelFormat, reduction: JPEGReduction
  ) throws(ImageError) {
    guard let codec = convserve_jpeg_create() else {
      throw .corrupt(format: .jpeg, detail: "the decoder could not start, probably for want of memory")
    }
    self.codec = codec
    self.format = format
    size = reduction.size(of: header.storedSize)
    columns = 0..<size.width
    let input = bytes.bindMemory(to: UInt8.self).baseAddress
    try check(convserve_jpeg_read_header(codec, input, bytes.count))
    // The limits were checked against our own reading of the header, so the codec's reading must agree.
    let (width, height) = (Int(convserve_jpeg_width(codec)), Int(convserve_jpeg_height(codec)))
    guard width == header.width, height == header.height else {
      throw .corrupt(
        format: .jpeg, detail: "its header gives two sizes, \(header.width) x \(header.height) and \(width) x \(height)"
      )
    }
    try check(convserve_jpeg_start(codec, UInt32(reduction.eighths), format.colourSpace))
    guard Int(convserve_jpeg_output_width(codec)) == size.width,
      Int(convserve_jpeg_output_height(codec)) == size.height
    else { throw .corrupt(format: .jpeg, detail: "it does not decode to \(size.width) x \(size.height) pixels") }
  }

  deinit {
    convserve_jpeg_destroy(codec)
  }

  /// Bytes of a row.
  var rowBytes: Int { columns.count * format.bytes }

  /// Narrows the rows to the columns `wanted` and some around them. Call it before the first row is read.
  func crop(to wanted: Range<Int>) throws(ImageError) {
    // The outermost decoded column lacks a neighbour for chroma upsampling, so one more group is decoded.
    let margin = Int(convserve_jpeg_group_width(codec))
    let start = max(wanted.lowerBound - margin, 0)
    var first = UInt32(start)
    var count = UInt32(min(wanted.upperBound + margin, size.width) - start)
    guard count < size.width else { return }
    try check(convserve_jpeg_crop(codec, &first, &count))
    columns = Int(first)..<Int(first) + Int(count)
  }

  /// Leaves out rows.
  func skip(rows: Int) throws(ImageError) {
    if rows > 0 { try check(convserve_jpeg_skip_rows(codec, UInt32(rows))) }
  }

  /// The next `count` rows, `rowBytes` each.
  func read(rows count: Int, into target: UnsafeMutablePointer<UInt8>) throws(ImageError) {
    try check(convserve_jpeg_read_rows(codec, target, rowBytes, count))
  }

  /// Reads the rest of the image. Damage anywhere in it is an error.
  func finish(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
    let rowsLeft = convserve_jpeg_rows_left(codec)
    if rowsLeft > 0 {
      // The codec does not check rows that are skipped, so the last row is read.
      try skip(rows: rowsLeft - 1)
      let line = UnsafeMutablePointer<UInt8>.allocate(capacity: rowBytes)
      defer { line.deallocate() }
      try read(rows: 1, into: line)
    }
    try check(convserve_jpeg_finish(codec))
    guard convserve_jpeg_warnings(codec) > 0 else { return }
    let message = message
    let isHarmless = Self.harmlessWarnings.contains { message.containsText($0) }
    // The codec keeps only its first warning. A later warning may have told of a missing end.
    let isComplete = JPEGMarkers(bytes).contains { $0.marker == JPEGMarkers.endOfImage }
    guard isHarmless, isComplete else { throw .corrupt(format: .jpeg, detail: message) }
  }

  /// Warnings that leave the pixels whole. Any other warning, and every error, means a damaged image.
  private static let harmlessWarnings = ["extraneous bytes before marker", "JFIF revision", "Adobe color transform"]

  private var message: String { String(cString: convserve_jpeg_message(codec)) }

  private func check(_ hasSucceeded: Bool) throws(ImageError) {
    guard hasSucceeded else { throw .corrupt(format: .jpeg, detail: message) }
  }
}

extension String {
  /// Whether a text occurs; here because the standard library has no such search without Foundation.
  fileprivate func containsText(_ text: String) -> Bool {
    let (whole, part) = (Array(utf8), Array(text.utf8))
    guard whole.count >= part.count else { return false }
    return (0...whole.count - part.count).contains { whole[$0...].starts(with: part) }
  }
}
