import NetworkGraph

/// Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, 2013, figure 3.
///
/// The figure's map sizes (110, 55, 26, 13, 6) follow from padding 1 in conv1 and pooling that rounds up. The figure
/// names contrast normalisation after pooling, but gives no constants. AlexNet's constants are used instead.
enum ZFNet {
  static let architecture = Architecture(
    name: "zfnet", title: "ZFNet",
    paper: "Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, 2013",
    notes: "The network of figure 3 (96/256/384/384/256 filters, one tower); contrast normalisation with the "
      + "constants of AlexNet, since the paper gives none.",
    inputShape: [3, 224, 224], defaultClasses: 1000,
    published: [.imageNet(top1: 38.4, top5: 16.5, "Zeiler & Fergus 2013, table 2, 1 convnet as per figure 3")]
  ) { net, classes in
    net.convolution("conv1", 96, kernel: 7, stride: 2, padding: 1)
    net.relu("relu1")
    net.maxPooling("pool1", kernel: 3, stride: 2, ceilMode: true)
    net.localResponseNormalization("norm1")
    net.convolution("conv2", 256, kernel: 5, stride: 2)
    net.relu("relu2")
    net.maxPooling("pool2", kernel: 3, stride: 2, ceilMode: true)
    net.localResponseNormalization("norm2")
    net.convolution("conv3", 384, kernel: 3, padding: 1)
    net.relu("relu3")
    net.convolution("conv4", 384, kernel: 3, padding: 1)
    net.relu("relu4")
    net.convolution("conv5", 256, kernel: 3, padding: 1)
    net.relu("relu5")
    net.maxPooling("pool5", kernel: 3, stride: 2, ceilMode: true)
    net.flatten()
    net.fullyConnected("fc6", 4096)
    net.relu("relu6")
    net.dropout("drop6")
    net.fullyConnected("fc7", 4096)
    net.relu("relu7")
    net.dropout("drop7")
    net.fullyConnected("fc8", classes)
  }
}
