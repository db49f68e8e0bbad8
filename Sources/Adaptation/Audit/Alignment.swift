/// How one picture lies on another: a place `x` of the second shows what the first has at `scale * x + offset`, places
/// counted from 0 to 1 along each side.
struct Alignment: Hashable, Sendable {
  var horizontal: Axis
  var vertical: Axis

  struct Axis: Hashable, Sendable {
    var scale: Double
    var offset: Double
  }

  init(_ axis: Axis) {
    (horizontal, vertical) = (axis, axis)
  }

  static let none = Alignment(Axis(scale: 1, offset: 0))
  /// The second is the first without a twentieth of each margin.
  static let inner = Alignment(Axis(scale: 0.9, offset: 0.05))
  /// The first is the second without a twentieth of each margin.
  static let outer = Alignment(Axis(scale: 1 / 0.9, offset: -0.05 / 0.9))

  /// Whether each axis is within some bounds.
  func isWithin(scale: ClosedRange<Double>, offset: Double) -> Bool {
    [horizontal, vertical].allSatisfy { scale.contains($0.scale) && abs($0.offset) <= offset }
  }

  /// The first picture as it lies on the second; beyond its edges the edge goes on.
  func applied(to plane: Plane) -> Plane {
    let rows = AxisSamples(vertical, length: plane.height)
    let columns = AxisSamples(horizontal, length: plane.width)
    var samples = [Float](repeating: 0, count: plane.samples.count)
    for row in 0..<plane.height {
      for column in 0..<plane.width {
        samples[row * plane.width + column] = plane.sample(rows, row, columns, column)
      }
    }
    return Plane(width: plane.width, height: plane.height, samples: samples)
  }
}

/// Where the samples of one axis come from, for linear interpolation.
struct AxisSamples {
  /// The lower neighbour.
  private(set) var places: [Int] = []
  /// The weight of the upper one.
  private(set) var weights: [Float] = []
  /// Samples that lie on the picture, a quarter of a pixel at each edge forgiven.
  let covered: Range<Int>

  init(_ axis: Alignment.Axis, length: Int) {
    let size = Double(length)
    let positions = (0..<length).map { (axis.scale * (Double($0) + 0.5) / size + axis.offset) * size - 0.5 }
    let inside = positions.indices.filter { positions[$0] >= -0.25 && positions[$0] <= size - 0.75 }
    // Positions ascend, so that what lies inside is in one piece.
    covered = inside.isEmpty ? 0..<0 : inside[0]..<inside[inside.count - 1] + 1
    for position in positions {
      let clamped = min(max(position, 0), size - 1)
      let place = min(Int(clamped), length - 2)
      places.append(place)
      weights.append(Float(clamped - Double(place)))
    }
  }
}

extension Plane {
  /// Bilinear.
  @inline(__always)
  func sample(_ rows: AxisSamples, _ row: Int, _ columns: AxisSamples, _ column: Int) -> Float {
    let place = rows.places[row] * width + columns.places[column]
    let (down, right) = (rows.weights[row], columns.weights[column])
    let upper = samples[place] + right * (samples[place + 1] - samples[place])
    let lower = samples[place + width] + right * (samples[place + width + 1] - samples[place + width])
    return upper + down * (lower - upper)
  }
}
