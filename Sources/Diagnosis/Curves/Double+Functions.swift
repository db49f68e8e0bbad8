import Glibc

extension Double {
  /// To base e.
  var logarithm: Double { log(self) }
  /// e to this power.
  var exponential: Double { exp(self) }
}
