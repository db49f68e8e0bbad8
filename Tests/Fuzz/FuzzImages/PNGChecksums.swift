import CZlib

/// PNG's chunks with the checksums that they should have: otherwise libpng would stop at every byte that was changed.
///
/// A chunk is its data's length (4 bytes, big-endian), its type (4), the data, and the CRC of type and data (4).
func withCorrectChecksums(_ bytes: [UInt8]) -> [UInt8] {
  let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  guard bytes.starts(with: signature) else { return bytes }
  var corrected = bytes
  var chunk = signature.count
  while chunk + 12 <= bytes.count {
    let length = bytes[chunk..<chunk + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = chunk + 8 + length
    guard end + 4 <= bytes.count else { break }
    let checksum = bytes[(chunk + 4)..<end].withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
    for index in 0..<4 { corrected[end + index] = UInt8(truncatingIfNeeded: checksum >> UInt(8 * (3 - index))) }
    chunk = end + 4
  }
  return corrected
}
