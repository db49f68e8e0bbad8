/// The uses of random numbers. Two uses never share a number, whatever else they have in common.
///
/// The raw values are part of what makes a run repeatable: they never change, and no value is used again.
public enum RandomStream: UInt64, CaseIterable, Sendable {
  /// The order of the samples of an epoch.
  case shuffle = 1
  /// The choice of held-out samples.
  case split = 2
  /// The first values of weights.
  case initialization = 3
  /// The choice of dropped activations.
  case dropout = 4
  /// The choice among several kept pictures of a sample, for each epoch.
  case view = 5
  /// `Flip`: whether an image is flipped.
  case flip = 16
  /// `RandomShift`: the offsets of an image.
  case shift = 17
  /// `RandomResizedCrop`: the rectangle of an image.
  case resizedCrop = 18
  /// `RandomRotation`: the angle of an image.
  case rotation = 19
  /// `ColourJitter`: the factors and their order.
  case colourJitter = 20
  /// `RandomErasing`: the erased rectangle.
  case erasing = 21
  /// Simulated outcomes of a perfectly calibrated classifier.
  case perfectCalibration = 32
  /// The choice of the images that a learning curve trains with.
  case learningCurve = 33
  /// Images of noise that show what the units of a network see.
  case noise = 34
  /// Which training images a trial learns from, where it is not to see all.
  case trainingSubset = 35
  /// Where in a space of hyperparameters a trial lies.
  case hyperparameters = 48
  /// How a sequence that fills a space evenly is shifted.
  case digitalShift = 49
}
