import NetworkGraph

/// Radosavovic, Kosaraju, Girshick, He, Dollár: Designing Network Design Spaces, 2020: RegNetY-400MF.
///
/// Layers carry torchvision's names. Widths and depths are the paper's `w_i` and `d_i`, which its rule (figure 11)
/// quantises from `w_0 = 48, w_a = 27.89, w_m = 2.09`; bottlenecks are not narrower than blocks, and groups are 8
/// channels wide.
enum RegNet {
  static let architecture = Architecture(
    name: "regnet_y_400mf", title: "RegNetY-400MF",
    paper: "Radosavovic, Kosaraju, Girshick et al.: Designing Network Design Spaces, 2020",
    notes: "With squeeze-and-excitation (Y), as torchvision builds it.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [
      .imageNet(top1: 25.9, top5: nil, "Radosavovic et al. 2020, RegNetY-400MF"),
      .torchvision("RegNet_Y_400MF_Weights", top1: 25.954, top5: 8.284),
    ],
    pretrained: .torchvision("regnet_y_400mf-c65dace8.pth", "RegNet_Y_400MF_Weights")
  ) { net, classes in
    net.convolutionUnit("stem", 32, kernel: 3, stride: 2, activation: relu)
    var input = 32
    for (index, stage) in stages.enumerated() {
      let number = index + 1
      for index in 0..<stage.depth {
        block(
          &net, "trunk_output.block\(number).block\(number)-\(index)", from: input, to: stage.width,
          stride: index == 0 ? 2 : 1)
        input = stage.width
      }
    }
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  private static let relu = Operator.relu(ReLU())
  private static let groupWidth = 8

  private static let stages: [(depth: Int, width: Int)] = [(1, 48), (3, 104), (6, 208), (6, 440)]

  /// The X block with squeeze-and-excitation (section 3.2 and 5): 1x1, 3x3 in groups, a gate of a quarter of the block's
  /// input channels, 1x1, and a projection beside it where shapes change.
  private static func block(
    _ net: inout NetworkBuilder, _ name: String, from input: Int, to width: Int, stride: Int
  ) {
    let start = net.current
    net.convolutionUnit("\(name).f.a", width, activation: relu)
    net.convolutionUnit(
      "\(name).f.b", width, kernel: 3, stride: stride, groups: width / groupWidth, activation: relu)
    net.squeezeAndExcitation(
      "\(name).f.se", width, squeezed: input / 4, activation: relu, gate: .sigmoid(Sigmoid()))
    net.convolutionUnit("\(name).f.c", width, activation: nil)
    let branch = net.current
    net.resume(from: start)
    if stride != 1 || input != width {
      net.convolutionUnit("\(name).proj", width, stride: stride, activation: nil)
    }
    net.add("\(name).add", net.current, branch)
    net.relu("\(name).activation")
  }
}
