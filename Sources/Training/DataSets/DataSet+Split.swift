extension DataSet {
  /// Splits the data into a training and a validation set. Each class gives the same share of its images to
  /// validation.
  ///
  /// The choice depends on the seed, the labels and the number of held-out images alone. The images are taken in the
  /// order of a permutation by counter (`stream`), until each class has given its share. Shares are whole
  /// numbers: the largest remainders are rounded up, so that the validation set has exactly the requested size. Each
  /// class keeps at least one training image. Both sets keep the order of the data.
  ///
  /// - Parameters:
  ///   - holdOut: the number or share of images for validation.
  ///   - seed: the seed of the run.
  /// - Throws: `DataSetError.holdOut` if so many images cannot be held out.
  public func split(
    _ holdOut: HoldOut, seed: UInt64, stream: RandomStream = .split
  ) throws(DataSetError) -> (training: DataSubset, validation: DataSubset) {
    let total = holdOut.count(of: count)
    let counts = classCounts
    guard total <= count - counts.count(where: { $0 > 0 }) else {
      throw .holdOut(
        place: name,
        problem: "\(total) of \(count) images cannot be held out: each class keeps at least one to train with")
    }
    var wanted = StratifiedShares.of(total, among: counts)
    var isHeldOut = [Bool](repeating: false, count: count)
    var generator = CounterGenerator(seed: seed, stream: stream)
    for index in generator.permutation(count) where wanted[label(index)] > 0 {
      wanted[label(index)] -= 1
      isHeldOut[index] = true
    }
    return (
      DataSubset(of: self, indices: (0..<count).filter { !isHeldOut[$0] }, name: name),
      DataSubset(of: self, indices: (0..<count).filter { isHeldOut[$0] }, name: "\(name), validation")
    )
  }
}

/// Parts of a whole that are proportional to counts, in whole numbers: the method of largest remainders.
enum StratifiedShares {
  /// - Precondition: each count above 0 can keep one.
  static func of(_ total: Int, among counts: [Int]) -> [Int] {
    let whole = counts.reduce(0, +)
    guard whole > 0 else { return counts }
    var shares = counts.map { min($0 * total / whole, max($0 - 1, 0)) }
    let remainders = counts.map { $0 * total % whole }
    let order = counts.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
    var missing = total - shares.reduce(0, +)
    while missing > 0 {
      for index in order where missing > 0 && shares[index] < counts[index] - 1 {
        shares[index] += 1
        missing -= 1
      }
    }
    return shares
  }
}
