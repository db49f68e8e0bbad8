/// Names that models get where nobody gives one.
enum ModelName {
  /// Letters that a model's name may have, others as dashes: `Fashion MNIST` and `lenet5` make `fashion-mnist-lenet5`.
  static func made(of parts: [String]) -> String {
    let letters = parts.joined(separator: "-").lowercased().map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "-"
    }
    return String(letters).split(separator: "-").joined(separator: "-")
  }
}
