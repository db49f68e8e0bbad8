import ImageInput

/// Pictures of small size, decoded in both ways, resized and cropped: what the header promises is what comes out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImages(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = withCorrectChecksums(Array(UnsafeBufferPointer(start: data, count: count)))
  bytes.withUnsafeBytes(decode)
  return 0
}

private func decode(_ bytes: UnsafeRawBufferPointer) {
  let limits = DecodingLimits(maximumPixels: 1 << 14, maximumSide: 1 << 10, maximumScans: 8)
  guard let header = try? ImageHeader(reading: bytes) else { return }
  if let image = try? ImageDecoder.decode(bytes, limits: limits) {
    precondition(image.width * image.height <= limits.maximumPixels, "more pixels than the limit")
    precondition(
      image.width == header.uprightSize.width && image.height == header.uprightSize.height,
      "the header says \(header), decoded were \(image.width) x \(image.height)")
  }
  let preprocessing = Preprocessing.torchvisionImageNet(resize: 20, crop: 16)
  guard let acceptable = try? ImageHeader(reading: bytes, within: limits) else { return }
  if let image = try? preprocessing.decode(bytes, header: acceptable, limits: limits, jpegDecoding: .scaled) {
    precondition(image.width * image.height <= limits.maximumPixels, "more pixels than the limit")
    fill(preprocessing.crops(of: image), preprocessing.elementsPerCrop)
  }
}

/// Writes every crop into memory of just its size.
private func fill(_ crops: ImageCrops, _ elements: Int) {
  let slot = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements)
  defer { slot.deallocate() }
  for index in 0..<crops.count { crops.write(index, into: slot) }
}
