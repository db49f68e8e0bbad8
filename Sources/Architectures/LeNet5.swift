import NetworkGraph

/// LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998, section II.B.
///
/// Layers carry the paper's names. The network differs from 1998 in four places:
/// - C3 sees all six maps of S2. The paper's table I leaves connections out, and so has 1,516 parameters instead of
///   2,416.
/// - S2 and S4 are plain averages, without a trainable factor and offset.
/// - Tanh is not scaled; the paper uses `1.7159 tanh(2x/3)`.
/// - The output is a fully connected layer, not radial basis functions.
///
/// `lenet5-relu` is the same network with ReLU instead of tanh, and max pooling instead of average pooling, as later
/// networks have.
enum LeNet5 {
  static let architectures = [
    architecture(
      "lenet5", "LeNet-5", hasRectifiers: false,
      notes: "Tanh and average pooling as in 1998, but C3 fully connected, pooling without parameters, "
        + "and a fully connected output instead of radial basis functions.",
      published: [
        PublishedAccuracy(
          dataset: "MNIST", top1Error: 0.95, top5Error: nil,
          source: "LeCun et al. 1998, figure 9, without distortions")
      ]),
    architecture(
      "lenet5-relu", "LeNet-5 (ReLU)", hasRectifiers: true,
      notes: "lenet5 with ReLU in the place of tanh, and max pooling in the place of average pooling.", published: []),
  ]

  private static func architecture(
    _ name: String, _ title: String, hasRectifiers: Bool, notes: String, published: [PublishedAccuracy]
  ) -> Architecture {
    Architecture(
      name: name, title: title,
      paper: "LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998",
      notes: notes, inputShape: [1, 32, 32], defaultClasses: 10, published: published
    ) { net, classes in build(&net, hasRectifiers: hasRectifiers, classes) }
  }

  private static func build(_ net: inout NetworkBuilder, hasRectifiers: Bool, _ classes: Int) {
    func activate(_ number: Int) {
      if hasRectifiers { net.relu("relu\(number)") } else { net.tanh("tanh\(number)") }
    }
    func pool(_ name: String) {
      if hasRectifiers {
        net.maxPooling(name, kernel: 2, stride: 2)
      } else {
        net.averagePooling(name, kernel: 2, stride: 2)
      }
    }
    net.convolution("c1", 6, kernel: 5)
    activate(1)
    pool("s2")
    net.convolution("c3", 16, kernel: 5)
    activate(3)
    pool("s4")
    net.convolution("c5", 120, kernel: 5)
    activate(5)
    net.flatten()
    net.fullyConnected("f6", 84)
    activate(6)
    net.fullyConnected("output", classes)
  }
}
