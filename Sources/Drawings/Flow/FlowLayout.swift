/// Where the boxes of a graph lie, and how the ways lead between them: from top to bottom, upright and level alone, through
/// no box.
///
/// What follows one another stands one under the other on one axis, branches stand side by side in the order of their first
/// boxes. Equal graphs are laid out equally. All places are multiples of 8 where the boxes' heights are, and the halves of
/// their widths.
public struct FlowLayout: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public let x: Double
    public let y: Double

    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  public let width: Double
  public let height: Double
  /// The upper left corner of each box.
  public let corners: [Point]
  /// From the lower edge of one box to the upper edge of another, for each way of the graph.
  public let routes: [[Point]]

  public init(_ graph: FlowGraph) {
    var placement = FlowPlacement(graph)
    let region = placement.measured(FlowDecomposition.region(of: graph))
    let extent = region.extent
    let axis = FlowPlacement.margin + extent.left
    _ = placement.place(region, axis: axis, top: FlowPlacement.margin, [])
    width = axis + extent.right + FlowPlacement.margin
    height = extent.height + 2 * FlowPlacement.margin
    corners = placement.corners
    routes = graph.ways.map { placement.routes[$0] ?? [] }
  }
}
