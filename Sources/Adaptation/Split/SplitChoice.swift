/// How the images of a run are divided.
struct SplitChoice: Sendable {
  let split: PhotoSplit
  let evaluation: AdaptationReport.Evaluation
  /// Why so, in a sentence.
  let reason: String

  /// The data's own division where they have one; by hash where there are enough images; else cross-validation.
  ///
  /// - Parameter images: places of those that can be used.
  init(_ images: [Int], _ photos: AdaptationPhotos, groups: PhotoGroups, settings: AdaptationSettings) {
    let labels = photos.labels
    let classCount = photos.dataSet.classes.count
    if photos.hasGivenSplit {
      split = Self.given(images, photos, groups, settings)
      evaluation = .testSet
      reason = "The data set their test images apart themselves."
      return
    }
    let byHash = PhotoSplit(
      images, groups: groups, validationShare: settings.validationShare, testShare: settings.testShare)
    let smallest = Self.smallestClass(images, labels, classCount)
    let isComplete = [byHash.training, byHash.validation, byHash.test].allSatisfy {
      Self.smallestClass($0, labels, classCount) > 0
    }
    guard smallest >= settings.minimumForTestSet, isComplete else {
      split = PhotoSplit(training: images, validation: [], test: [])
      evaluation = .crossValidation
      reason =
        smallest < settings.minimumForTestSet
        ? "The smallest class has \(smallest) images, fewer than \(settings.minimumForTestSet): a test set of them would "
          + "say little, so that all images are tested, by cross-validation."
        : "Divided by their hashes, a part would have no image of some class, so that cross-validation tests all images."
      return
    }
    split = byHash
    evaluation = .testSet
    reason =
      "Each photo goes to a part by the hash of its content, near-duplicates together; the test images were opened once, "
      + "after every choice."
  }

  /// Groups never stand on two sides: an image whose group is tested is not learned from.
  private static func given(
    _ images: [Int], _ photos: AdaptationPhotos, _ groups: PhotoGroups, _ settings: AdaptationSettings
  ) -> PhotoSplit {
    let test = images.filter(photos.givenTest.contains)
    let testGroups = Set(test.map { groups.groups[$0] })
    let others = images.filter { !photos.givenTest.contains($0) && !testGroups.contains(groups.groups[$0]) }
    guard !photos.givenValidation.isEmpty else {
      let parts = PhotoSplit(others, groups: groups, validationShare: settings.validationShare, testShare: 0)
      return PhotoSplit(training: parts.training, validation: parts.validation, test: test)
    }
    let validation = others.filter(photos.givenValidation.contains)
    let validationGroups = Set(validation.map { groups.groups[$0] })
    let training = others.filter {
      !photos.givenValidation.contains($0) && !validationGroups.contains(groups.groups[$0])
    }
    return PhotoSplit(training: training, validation: validation, test: test)
  }

  private static func smallestClass(_ images: [Int], _ labels: [Int], _ classCount: Int) -> Int {
    var counts = [Int](repeating: 0, count: classCount)
    for image in images { counts[labels[image]] += 1 }
    return counts.min() ?? 0
  }
}
