import ModelServing

/// How many training images each class has, which decides whether anything can be learned from them.
struct ClassCensus {
  /// Where the images are, for messages.
  let place: String
  let classes: [ClassLabel]
  /// One a class.
  let counts: [Int]

  /// - Throws: `DataSetError` for one class, a class without images, or fewer images than a batch.
  func requireTrainable(batchSize: Int) throws(DataSetError) {
    guard classes.count > 1 else { throw .oneClass(place: place, className: classes.first?.name ?? "none") }
    try requireNoEmptyClass()
    let count = counts.reduce(0, +)
    guard count >= batchSize else { throw .tooFewImages(place: place, count: count, batchSize: batchSize) }
  }

  /// - Throws: `DataSetError.emptyClass`.
  func requireNoEmptyClass() throws(DataSetError) {
    if let empty = counts.firstIndex(of: 0) { throw .emptyClass(place: place, className: classes[empty].name) }
  }
}
