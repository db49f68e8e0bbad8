import Foundation
import ModelServing

/// Xiao et al., Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017, table 2.
enum FashionMNIST {
  static let classNames = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// Of the 60,000 labels to train with.
  private static let labelsDigest = "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7"

  /// Whether the labels are those of the published set, or lie in a folder that is named after it. Files of MNIST
  /// have the same names and sizes, and labels of the same range.
  static func isLikely(folder: URL, labels: UnsafeBufferPointer<UInt8>) -> Bool {
    folder.lastPathComponent.lowercased().hasPrefix("fashion") || SHA256.hexDigest(of: labels) == labelsDigest
  }
}
