import Drawings

extension Curve {
  /// A step of the rate before which the loss fell well, and after which it hardly falls: what the higher rate would still
  /// have brought is lost.
  var stepTooEarly: CurveFinding? {
    guard isFinite, let rates, lastTrainAccuracy ?? 0 < 0.97 else { return nil }
    return stepPlaces(rates).lazy.compactMap { place in finding(at: place, rates) }.first
  }

  /// Epochs, from 0, that are the first of a lower rate, with some epochs of even rates on both sides.
  private func stepPlaces(_ rates: [Double]) -> [Int] {
    rates.indices.filter { place in
      place >= 2 && place + 3 <= rates.count && rates[place] <= 0.5 * rates[place - 1]
        && rates[place - 1] <= 1.2 * rates[place - 2] && rates[place - 1] >= 0.8 * rates[place - 2]
        && rates[place + 1] >= 0.8 * rates[place]
    }
  }

  private func finding(at place: Int, _ rates: [Double]) -> CurveFinding? {
    let end = rates.indices.dropFirst(place + 1).first { rates[$0] <= 0.5 * rates[$0 - 1] } ?? rates.count
    guard end - place >= 3 else { return nil }
    let before = RobustLine(Array(losses[max(0, place - 4)..<place]))
    // The first epoch holds the gain of the step itself.
    let after = RobustLine(Array(losses[(place + 1)..<min(end, place + 9)]))
    let (level, reached) = (losses[place - 1], Statistics.median(losses[(place + 1)..<end]))
    let fall = -before.slope
    let gain = level - losses[place]
    guard fall > 0.03 * level, before.isSloped, fall > 2 * Statistics.noise(losses), -after.slope < 0.35 * fall,
      gain < 3 * fall, reached > 0.1 * firstLoss
    else { return nil }
    return CurveFinding(
      .stepTooEarly,
      "Before the rate went from \(Numbers.short(rates[place - 1])) to \(Numbers.short(rates[place])) in epoch "
        + "\(points[place].epoch), the loss fell by \(Numbers.short(fall)) an epoch; after it by "
        + "\(Numbers.short(max(-after.slope, 0))).",
      advice: "The step came too early: keep the higher rate until the loss goes flat, and lower it then.",
      numbers: [
        "epoch": Double(points[place].epoch), "rate_before": rates[place - 1], "rate_after": rates[place],
        "fall_before": fall, "fall_after": -after.slope, "gain_of_step": gain,
      ])
  }
}
