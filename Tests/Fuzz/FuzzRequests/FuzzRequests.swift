import HTTPCore
import HTTPTestSupport

/// Whatever bytes come, the parser says the same about them whole and cut into pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequests(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  for ends in [true, false] {
    let whole = ParserTranscript.of([bytes[...]], limits: RequestCorpus.limits, ends: ends)
    let cut = ParserTranscript.of(pieces(of: bytes), limits: RequestCorpus.limits, ends: ends)
    precondition(agree(whole, cut), "whole: \(whole), cut: \(cut)")
  }
  return 0
}

/// The same events and the same status; a refusal that is met early may quote less.
private func agree(_ whole: [String], _ cut: [String]) -> Bool {
  whole.dropLast() == cut.dropLast() && whole.last?.prefix(3) == cut.last?.prefix(3)
}

/// Pieces of 1 to 16 bytes, always the same for the same bytes, so that a failure can be repeated.
private func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  // FNV-1a for a seed, then the linear congruential generator of Knuth's MMIX.
  var state = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  var rest = bytes[...]
  var pieces: [ArraySlice<UInt8>] = []
  while !rest.isEmpty {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let piece = rest.prefix(1 + Int(state >> 60))
    pieces.append(piece)
    rest = rest.dropFirst(piece.count)
  }
  return pieces
}
