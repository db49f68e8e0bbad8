import ModelServing

extension DataSet {
  /// Checks that a network can learn from the data.
  ///
  /// - Throws: `DataSetError.noImages` without images. `.oneClass` with fewer than two classes. `.emptyClass` for a
  ///   class without images. `.tooFewImages` with fewer images than `batchSize`.
  public func requireTrainable(batchSize: Int) throws(DataSetError) {
    guard count > 0 else { throw .noImages(place: name) }
    try ClassCensus(place: name, classes: classes, counts: classCounts).requireTrainable(batchSize: batchSize)
  }

  /// Checks that every class has images.
  ///
  /// - Throws: `DataSetError.emptyClass` for the first class without images.
  public func requireNoEmptyClass() throws(DataSetError) {
    try ClassCensus(place: name, classes: classes, counts: classCounts).requireNoEmptyClass()
  }
}
