/// The network's input for each of the 256 sample values of each plane.
struct NormalisationTable {
  static let levels = 256

  /// Planes x 256 values.
  let values: [Float]

  init(_ preprocessing: Preprocessing) {
    let planes = zip(preprocessing.mean, preprocessing.std)
    values = planes.flatMap { mean, std in
      (0..<Self.levels).map { Float((Double($0) * preprocessing.scale - mean) / std) }
    }
  }
}
