/// The factor and the summand of each plane, which turn a sample in `0...255` into a value of the network's input.
struct Normalisation {
  let factors: [Float]
  let summands: [Float]

  init(_ preprocessing: Preprocessing) {
    factors = preprocessing.std.map { Float(preprocessing.scale / $0) }
    summands = zip(preprocessing.mean, preprocessing.std).map { Float(-$0 / $1) }
  }

  /// Whether every sample of every plane becomes a finite value.
  var isFinite: Bool {
    zip(factors, summands).allSatisfy { ($0 * 255).isFinite && $1.isFinite && ($0 * 255 + $1).isFinite }
  }
}
