import CTurboJPEG

/// JPEG by libjpeg-turbo's TurboJPEG interface, with the accurate inverse DCT and smooth chroma upsampling.
enum JPEGDecoder {
  /// Finds size and orientation in the segments before the first scan.
  static func header(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> ImageHeader {
    let segments = JPEGMarkers(bytes).prefix { $0.marker != JPEGMarkers.startOfScan }
    let orientation = segments.lazy.filter(isEXIF).compactMap { EXIFOrientation.read($0.payload) }.first
    let frame = try frame(bytes)
    return ImageHeader(format: .jpeg, width: frame.width, height: frame.height, orientation: orientation)
  }

  /// Decodes to pixels as stored; the header's limits are checked already.
  static func pixels(
    _ bytes: UnsafeRawBufferPointer, header: ImageHeader, limits: DecodingLimits, reduction: JPEGReduction
  ) throws(ImageError) -> PixelImage {
    try checkScans(bytes, maximum: limits.maximumScans)
    let isCMYK = try frame(bytes).components == 4
    let size = reduction.size(of: header.storedSize)
    let decoded = try decompress(
      bytes, header: header, size: size, format: isCMYK ? TJPF_CMYK : TJPF_RGB, channels: isCMYK ? 4 : 3)
    return PixelImage(
      width: size.width, height: size.height, pixels: isCMYK ? rgb(fromCMYK: decoded) : decoded,
      originalSize: header.storedSize, horizontalSpan: reduction.span(of: header.width),
      verticalSpan: reduction.span(of: header.height))
  }

  private static func isEXIF(_ segment: JPEGSegment) -> Bool {
    segment.marker == JPEGMarkers.app1 && ByteReader(bytes: segment.payload).hasText("Exif\0\0", at: 0)
  }

  /// The frame header: T.81, B.2.2: precision, height, width, number of components.
  private static func frame(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ImageError) -> (width: Int, height: Int, components: Int) {
    let frame = JPEGMarkers(bytes).first {
      JPEGMarkers.isStartOfFrame($0.marker) || $0.marker == JPEGMarkers.startOfScan
    }
    guard let frame, frame.marker != JPEGMarkers.startOfScan else {
      throw .corrupt(format: .jpeg, detail: "no frame header in its \(bytes.count) bytes")
    }
    let reader = ByteReader(bytes: frame.payload)
    guard let precision = reader.uint8(at: 0), let height = reader.uint16(at: 1), let width = reader.uint16(at: 3),
      let components = reader.uint8(at: 5)
    else { throw .corrupt(format: .jpeg, detail: "its frame header has only \(frame.payload.count) bytes") }
    guard precision == 8 else {
      throw .corrupt(format: .jpeg, detail: "it has \(precision)-bit samples; 8-bit ones are accepted")
    }
    return (width, height, components)
  }

  /// A bomb of many tiny scans makes the decoder walk the whole picture for each.
  private static func checkScans(_ bytes: UnsafeRawBufferPointer, maximum: Int) throws(ImageError) {
    var scans = 0
    for segment in JPEGMarkers(bytes) {
      if segment.marker == JPEGMarkers.endOfImage { return }
      if segment.marker == JPEGMarkers.startOfScan { scans += 1 }
      if scans > maximum { throw .tooManyScans(maximum: maximum) }
    }
  }

  private static func decompress(
    _ bytes: UnsafeRawBufferPointer, header: ImageHeader, size: PixelSize, format: TJPF, channels: Int
  ) throws(ImageError) -> [UInt8] {
    // A handle of its own for each decode: handles must not be shared between threads, and one takes a microsecond.
    guard let handle = tjInitDecompress() else {
      throw .corrupt(format: .jpeg, detail: "the decoder could not start, probably for want of memory")
    }
    defer { tjDestroy(handle) }
    let input = bytes.bindMemory(to: UInt8.self).baseAddress
    try checkSize(handle, bytes, header)
    let capacity = size.width * size.height * channels
    var status: Int32 = 0
    // The codec writes at most width x height pixels, whatever size it reads itself: it takes the largest of its
    // scaling factors that fits. All bytes are initialised.
    let pixels = [UInt8](unsafeUninitializedCapacity: capacity) { output, initialized in
      output.initialize(repeating: 0)
      status = tjDecompress2(
        handle, input, UInt(bytes.count), output.baseAddress, Int32(size.width), 0, Int32(size.height),
        Int32(format.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
      initialized = capacity
    }
    if status != 0 { try refuseUnlessHarmless(handle, bytes) }
    return pixels
  }

  /// Memory follows the codec's own reading of the header: it must not be another one than that which was checked.
  private static func checkSize(
    _ handle: tjhandle, _ bytes: UnsafeRawBufferPointer, _ header: ImageHeader
  ) throws(ImageError) {
    var (width, height, subsampling, colourSpace) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let input = bytes.bindMemory(to: UInt8.self).baseAddress
    let status = tjDecompressHeader3(
      handle, input, UInt(bytes.count), &width, &height, &subsampling, &colourSpace)
    guard status == 0 else { return try refuseUnlessHarmless(handle, bytes) }
    guard width == header.width, height == header.height else {
      throw .corrupt(
        format: .jpeg,
        detail: "its header gives two sizes, \(header.width) x \(header.height) and \(width) x \(height)")
    }
  }

  /// Warnings that leave the pixels whole; any other, and every error, means a damaged picture.
  private static let harmlessWarnings = ["extraneous bytes before marker", "JFIF revision", "Adobe color transform"]

  private static func refuseUnlessHarmless(_ handle: tjhandle, _ bytes: UnsafeRawBufferPointer) throws(ImageError) {
    let message = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "unknown error"
    let isWarning = tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
    let isHarmless = isWarning && harmlessWarnings.contains { message.containsText($0) }
    // The codec keeps the first warning only: a later one may have told of a missing end.
    let isComplete = JPEGMarkers(bytes).contains { $0.marker == JPEGMarkers.endOfImage }
    guard isHarmless, isComplete else {
      throw .corrupt(format: .jpeg, detail: message)
    }
  }

  /// CMYK as Adobe stores it, inverted, to RGB: a channel is its ink's complement times black's complement.
  private static func rgb(fromCMYK cmyk: [UInt8]) -> [UInt8] {
    let count = cmyk.count / 4
    return [UInt8](unsafeUninitializedCapacity: count * 3) { rgb, initialized in
      cmyk.withUnsafeBufferPointer { cmyk in
        for pixel in 0..<count {
          let white = Int(cmyk[pixel * 4 + 3])
          for channel in 0..<3 {
            let ink = 255 - Int(cmyk[pixel * 4 + channel])
            rgb[pixel * 3 + channel] = UInt8(white - (ink * white + 127) / 255)
          }
        }
      }
      initialized = count * 3
    }
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
