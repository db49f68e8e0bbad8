import ModelServing

extension DataSet {
  /// Refuses data that nothing can be learned from: one class, a class without images, fewer images than a batch.
  ///
  /// - Throws: `DataSetError`.
  public func requireTrainable(batchSize: Int) throws(DataSetError) {
    guard count > 0 else { throw .noImages(place: name) }
    try ClassCensus(place: name, classes: classes, counts: classCounts).requireTrainable(batchSize: batchSize)
  }

  /// - Throws: `DataSetError.emptyClass`.
  public func requireNoEmptyClass() throws(DataSetError) {
    try ClassCensus(place: name, classes: classes, counts: classCounts).requireNoEmptyClass()
  }
}
