/// What can be wrong with a run, as the steps name it.
public enum TuningFault: String, Hashable, Sendable, Codable, CaseIterable {
  /// Step 1: the network's inputs are far from mean 0 and deviation 1.
  case inputsNotNormalised = "inputs_not_normalised"
  /// Step 1: the first loss is far from that of a guess.
  case initialisationOutOfScale = "initialisation_out_of_scale"
  /// Step 2: all weights are equal, so that none has a gradient.
  case initialisationUniform = "initialisation_uniform"
  /// Step 2: weights differ, and none has a gradient, as no unit is ever active.
  case deadUnits = "dead_units"
  /// Step 2: a small sample is learned with other first weights, and with these at no rate.
  case initialisationUnsuitable = "initialisation_unsuitable"
  /// Steps 2 and 3.
  case rateTooHigh = "rate_too_high"
  /// Steps 2 and 3.
  case rateTooLow = "rate_too_low"
  /// Step 2: not even a small sample is learned, whatever is tried.
  case sampleNotLearned = "sample_not_learned"
  /// Step 4: images held out are classified as by guessing, though a small sample could be learned.
  case labelsUnrelated = "labels_unrelated"
  /// Step 4: without so much of it, images held out are classified much better.
  case regularisationTooStrong = "regularisation_too_strong"
}
