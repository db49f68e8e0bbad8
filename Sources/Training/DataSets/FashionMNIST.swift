import Foundation
import ModelServing

/// Xiao et al., Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017, table 2.
enum FashionMNIST {
  static let classNames = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// Of the 60,000 labels to train with.
  private static let labelsDigest = "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7"

  /// Whether labels are those of the set as published, or lie in a folder that is called after it. Files of MNIST have
  /// the same names, sizes and labels.
  static func isLikely(folder: URL, labels: UnsafeBufferPointer<UInt8>) -> Bool {
    folder.lastPathComponent.lowercased().hasPrefix("fashion") || SHA256.hexDigest(of: labels) == labelsDigest
  }
}
