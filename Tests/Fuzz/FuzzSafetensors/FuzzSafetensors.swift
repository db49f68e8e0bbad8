import NetworkGraph
import WeightFormats

/// A weight file: each value that it claims to have can be read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var limits = WeightLimits()
  limits.headerBytes = 1 << 16
  limits.copiedValues = 1 << 16
  guard let file = try? WeightFile.read(Array(UnsafeBufferPointer(start: data, count: count)), limits: limits)
  else { return 0 }
  for (name, tensor) in file.tensors {
    precondition(tensor.count >= 0, "\(name) has a shape that no memory holds")
    _ = tensor.withUnsafeValues { $0.reduce(0, +) }
  }
  return 0
}
