/// What turns a sample from 0 to 255 into a number of the network's input, for each plane.
struct Normalisation {
  let factors: [Float]
  let summands: [Float]

  init(_ preprocessing: Preprocessing) {
    factors = preprocessing.std.map { Float(preprocessing.scale / $0) }
    summands = zip(preprocessing.mean, preprocessing.std).map { Float(-$0 / $1) }
  }

  /// Whether every sample of every plane becomes a finite number.
  var isFinite: Bool {
    zip(factors, summands).allSatisfy { ($0 * 255).isFinite && $1.isFinite && ($0 * 255 + $1).isFinite }
  }
}
