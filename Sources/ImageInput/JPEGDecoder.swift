/// Reads the header of a JPEG, and its pixels through a `JPEGReader`.
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
    let reader = try reader(bytes, header: header, limits: limits, reduction: reduction, colours: .rgb)
    let (size, rowBytes) = (reader.size, reader.rowBytes)
    var pixels = [UInt8](repeating: 0, count: rowBytes * size.height)
    try pixels.withUnsafeMutableBufferPointer { (pixels) throws(ImageError) in
      try reader.read(rows: size.height, into: pixels.baseAddress!)
    }
    try reader.finish(bytes)
    return PixelImage(
      width: size.width, height: size.height, pixels: reader.format == .cmyk ? rgb(fromCMYK: pixels) : pixels,
      originalSize: header.storedSize, horizontalSpan: reduction.span(of: header.width),
      verticalSpan: reduction.span(of: header.height))
  }

  /// Begins to decode. The header's limits are checked already.
  ///
  /// - Parameter colours: the pixel format, except for a CMYK image, which is read as CMYK.
  static func reader(
    _ bytes: UnsafeRawBufferPointer, header: ImageHeader, limits: DecodingLimits, reduction: JPEGReduction,
    colours: JPEGReader.PixelFormat
  ) throws(ImageError) -> JPEGReader {
    try checkScans(bytes, maximum: limits.maximumScans)
    let format = try frame(bytes).components == 4 ? .cmyk : colours
    return try JPEGReader(bytes, header: header, format: format, reduction: reduction)
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

  /// Refuses files with many tiny scans, because the decoder would walk over the whole image for each.
  private static func checkScans(_ bytes: UnsafeRawBufferPointer, maximum: Int) throws(ImageError) {
    var scans = 0
    for segment in JPEGMarkers(bytes) {
      if segment.marker == JPEGMarkers.endOfImage { return }
      if segment.marker == JPEGMarkers.startOfScan { scans += 1 }
      if scans > maximum { throw .tooManyScans(maximum: maximum) }
    }
  }

  /// Converts CMYK to RGB. Adobe stores CMYK inverted. A channel is the complement of its ink times the complement of
  /// black.
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
