import NetworkGraph
import WeightFormats

/// Where a model's weights can be had once more when its plan has been compiled.
enum WeightSource: Sendable {
  /// In memory, or in a file that is mapped.
  case held(Weights)
  /// In a file that is read when they are wanted, so that they take no memory until then.
  case file(KeptFile)

  /// All of them, the same ones as before.
  ///
  /// - Throws: `UnreadableFile`, or `WeightsChanged` where somebody has written into the file.
  func weights() throws -> Weights {
    switch self {
    case .held(let weights): return weights
    case .file(let file):
      let weights = try Self.tensors(of: file)
      // After it was read: what was written meanwhile counts too.
      guard !file.isChanged else { throw WeightsChanged() }
      return weights
    }
  }

  private static func tensors(of file: KeptFile) throws -> Weights {
    do {
      return try WeightFile.read(FileCopy(file)).tensors
    } catch let error as WeightFormatError {
      guard !file.isChanged else { throw WeightsChanged() }
      throw error
    }
  }
}

/// The weight file of a version was overwritten after the version was loaded, so its weights cannot be read again.
public struct WeightsChanged: Error, Hashable, Sendable, CustomStringConvertible {
  /// The problem in a sentence, and what can be done about it.
  public var description: String {
    "the file with this version's weights was overwritten after the version was loaded; reload the model, and put new files "
      + "into a new version's folder"
  }
}
