import ArgumentParser
import HTTPCore

/// The shape of one image as options give it: channels x height x width.
struct InputShape: Hashable, ExpressibleByArgument {
  let dimensions: [Int]

  /// Says what is accepted through the option's own help.
  init?(argument: String) {
    guard let extents = DecimalNumber.extents(argument), extents.count == 3 else { return nil }
    dimensions = extents
  }
}
