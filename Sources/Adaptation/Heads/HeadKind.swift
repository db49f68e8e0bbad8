import Glibc

/// A way to make a head, with everything that has to be chosen about it.
public enum HeadKind: Hashable, Sendable {
  /// Multinomial.
  case logisticRegression(penalty: Double)
  /// Least squares, one class against the rest.
  case ridge(penalty: Double)
  /// The class whose mean of features is nearest.
  case nearestMean

  /// Penalties that are tried, the largest first: each fit of a logistic regression begins where the last one ended.
  static let penalties = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.001, 0.0001]
  static let ridgePenalties = [100.0, 10, 1, 0.1]

  static let all =
    penalties.map(HeadKind.logisticRegression) + ridgePenalties.map(HeadKind.ridge) + [.nearestMean]

  /// The lower one is taken where two are equally good: logistic regression with a penalty near 0.1 first, then ridge near 1.
  ///
  /// For standardised features these were the best or nearly so on all data that were tried.
  var preference: Double {
    switch self {
    case .logisticRegression(let penalty): abs(log10(penalty / 0.1))
    case .ridge(let penalty): 10 + abs(log10(penalty))
    case .nearestMean: 20
    }
  }

  /// As reports call it.
  public var name: String {
    switch self {
    case .logisticRegression: "logistic regression"
    case .ridge: "ridge"
    case .nearestMean: "nearest mean"
    }
  }

  /// Weight of the penalty; nothing where there is none.
  public var penalty: Double? {
    switch self {
    case .logisticRegression(let penalty), .ridge(let penalty): penalty
    case .nearestMean: nil
    }
  }
}

/// Images' features with their labels, as heads are made of.
struct LabelledFeatures: Sendable {
  let features: FeatureMatrix
  let labels: [Int]
  let classCount: Int

  func choosing(_ rows: [Int]) -> LabelledFeatures {
    LabelledFeatures(features: features.choosing(rows), labels: rows.map { labels[$0] }, classCount: classCount)
  }

  /// Heads of all kinds asked for, in their order, for features as they are.
  func heads(_ kinds: [HeadKind]) -> [LinearHead] {
    let standardisation = Standardisation(features)
    let regression = LogisticRegression(
      features: standardisation.applied(to: features), labels: labels, classCount: classCount)
    var last: LinearHead?
    return kinds.map { kind in
      let head: LinearHead
      switch kind {
      case .logisticRegression(let penalty):
        head = regression.fit(penalty: penalty, start: last)
        last = head
      case .ridge(let penalty):
        head = RidgeClassifier.fit(regression.features, labels: labels, classCount: classCount, penalty: penalty)
      case .nearestMean: head = NearestMean.fit(regression.features, labels: labels, classCount: classCount)
      }
      return standardisation.unfolded(head)
    }
  }
}
