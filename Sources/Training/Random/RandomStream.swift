/// What random numbers are drawn for. Two uses never share a number, whatever else they have in common.
///
/// The numbers behind the names are part of what makes a run repeatable: they never change, and none is used again.
public enum RandomStream: UInt64, CaseIterable, Sendable {
  /// The order of the samples of an epoch.
  case shuffle = 1
  /// Which samples are held out.
  case split = 2
  /// First values of weights.
  case initialization = 3
  /// Which activations are dropped.
  case dropout = 4
  /// Which of several kept pictures of a sample an epoch shows.
  case view = 5
  case flip = 16
  case shift = 17
  case resizedCrop = 18
  case rotation = 19
  case colourJitter = 20
  case erasing = 21
  /// Outcomes of a classifier that is as sure as it should be.
  case perfectCalibration = 32
  /// Which images a learning curve learns from.
  case learningCurve = 33
  /// Pictures of noise that a network is shown to find out what its units see.
  case noise = 34
  /// Which training images a trial learns from, where it is not to see all.
  case trainingSubset = 35
  /// Where in a space of hyperparameters a trial lies.
  case hyperparameters = 48
  /// How a sequence that fills a space evenly is shifted.
  case digitalShift = 49
}
