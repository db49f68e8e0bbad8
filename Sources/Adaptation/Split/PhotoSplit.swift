/// Which images are learned from, chosen by, and tested with: places in a data set, in its order.
struct PhotoSplit: Hashable, Sendable {
  var training: [Int]
  var validation: [Int]
  /// Empty where cross-validation evaluates.
  var test: [Int]

  /// All that may be looked at before everything is chosen.
  var development: [Int] { (training + validation).sorted() }

  /// Each group goes where its key says, so that a photo that is added moves no other.
  ///
  /// - Parameters:
  ///   - images: places in the data set.
  ///   - groups: of all images of the data set.
  init(_ images: [Int], groups: PhotoGroups, validationShare: Double, testShare: Double) {
    (training, validation, test) = ([], [], [])
    for image in images {
      let position = groups.position(ofImage: image)
      if position < testShare {
        test.append(image)
      } else if position < testShare + validationShare {
        validation.append(image)
      } else {
        training.append(image)
      }
    }
  }

  init(training: [Int], validation: [Int], test: [Int]) {
    self.training = training
    self.validation = validation
    self.test = test
  }
}
