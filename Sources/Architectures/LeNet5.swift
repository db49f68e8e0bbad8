import NetworkGraph

/// LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998, section II.B.
///
/// Layers carry the paper's names. It differs from 1998 in four places: C3 sees all six maps of S2 (the paper's
/// table I leaves connections out: 1,516 parameters instead of 2,416); S2 and S4 are plain averages, without a
/// trainable factor and offset; tanh is not scaled (`1.7159 tanh(2x/3)`); the output is a fully connected layer, not
/// radial basis functions.
enum LeNet5 {
  static let architecture = Architecture(
    name: "lenet5", title: "LeNet-5",
    paper: "LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998",
    notes: "Tanh and average pooling as in 1998, but C3 fully connected, pooling without parameters, "
      + "and a fully connected output instead of radial basis functions.",
    inputShape: [1, 32, 32], defaultClasses: 10,
    published: [
      PublishedAccuracy(
        dataset: "MNIST", top1Error: 0.95, top5Error: nil,
        source: "LeCun et al. 1998, figure 9, without distortions")
    ]
  ) { net, classes in
    net.convolution("c1", 6, kernel: 5)
    net.tanh("tanh1")
    net.averagePooling("s2", kernel: 2, stride: 2)
    net.convolution("c3", 16, kernel: 5)
    net.tanh("tanh3")
    net.averagePooling("s4", kernel: 2, stride: 2)
    net.convolution("c5", 120, kernel: 5)
    net.tanh("tanh5")
    net.flatten()
    net.fullyConnected("f6", 84)
    net.tanh("tanh6")
    net.fullyConnected("output", classes)
  }
}
