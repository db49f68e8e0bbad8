import ModelServing

extension DataSet {
  /// Refuses data that nothing can be learned from: one class, a class without images, fewer images than a batch.
  ///
  /// - Throws: `DataSetError`.
  public func requireTrainable(batchSize: Int) throws(DataSetError) {
    guard count > 0 else { throw .noImages(place: name) }
    guard classes.count >= 2 else { throw .oneClass(place: name, className: classes.first?.name ?? "none") }
    try requireNoEmptyClass()
    guard count >= batchSize else { throw .tooFewImages(place: name, count: count, batchSize: batchSize) }
  }

  /// - Throws: `DataSetError.emptyClass`.
  public func requireNoEmptyClass() throws(DataSetError) {
    if let empty = classCounts.firstIndex(of: 0) { throw .emptyClass(place: name, className: classes[empty].name) }
  }
}
