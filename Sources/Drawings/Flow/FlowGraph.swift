/// Boxes and the ways between them, to be laid out: what leads where, and how large each box is.
///
/// Boxes are numbered in an order in which every way leads from a lower to a higher number.
public struct FlowGraph: Hashable, Sendable {
  public struct Size: Hashable, Sendable {
    public let width: Double
    public let height: Double

    public init(width: Double, height: Double) { (self.width, self.height) = (width, height) }
  }

  public struct Way: Hashable, Sendable {
    public let from: Int
    public let to: Int

    public init(from: Int, to: Int) { (self.from, self.to) = (from, to) }
  }

  public let sizes: [Size]
  /// Each pair once.
  public let ways: [Way]

  /// - Precondition: every way leads from a lower to a higher number of a box that there is.
  public init(sizes: [Size], ways: [Way]) {
    precondition(ways.allSatisfy { $0.from >= 0 && $0.from < $0.to && $0.to < sizes.count }, "ways lead onwards")
    self.sizes = sizes
    var seen: Set<Way> = []
    self.ways = ways.filter { seen.insert($0).inserted }
  }
}
