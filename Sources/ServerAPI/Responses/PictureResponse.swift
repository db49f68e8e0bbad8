import Drawings
import HTTPServer
import HTTPTypes
import ImageInput

extension Raster {
  /// As a file.
  public var png: [UInt8] { PNGEncoder.encode(width: width, height: height, pixels: pixels) }
}

extension ServerResponse {
  /// An answer that exists in several forms, in the one that the client wants.
  static func answer(in format: AnalysisFormat, _ body: [UInt8]) -> ServerResponse {
    ServerResponse(
      status: .ok, fields: [.contentType: format.contentType, .vary: "Accept", .cacheControl: "no-cache"], body: body)
  }
}
