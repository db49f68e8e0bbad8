import NetworkGraph

/// Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.
///
/// Layers carry the names of Caffe's reference model. The paper's split over two GPUs is `groups: 2` in conv2, conv4
/// and conv5. The input is 227 pixels wide. With the paper's 224 the number of windows would not be whole.
enum AlexNetOriginal {
  static let architecture = Architecture(
    name: "alexnet-original", title: "AlexNet (2012)",
    paper: "Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012",
    notes: "The two-GPU network as groups of 2, with local response normalisation and overlapping pooling; "
      + "227 pixels, so that the first layer gives 55x55.",
    inputShape: [3, 227, 227], defaultClasses: 1000,
    published: [.imageNet(top1: 40.7, top5: 18.2, "Krizhevsky et al. 2012, table 2, 1 CNN")]
  ) { net, classes in
    net.convolution("conv1", 96, kernel: 11, stride: 4)
    net.relu("relu1")
    net.localResponseNormalization("norm1")
    net.maxPooling("pool1", kernel: 3, stride: 2)
    net.convolution("conv2", 256, kernel: 5, padding: 2, groups: 2)
    net.relu("relu2")
    net.localResponseNormalization("norm2")
    net.maxPooling("pool2", kernel: 3, stride: 2)
    net.convolution("conv3", 384, kernel: 3, padding: 1)
    net.relu("relu3")
    net.convolution("conv4", 384, kernel: 3, padding: 1, groups: 2)
    net.relu("relu4")
    net.convolution("conv5", 256, kernel: 3, padding: 1, groups: 2)
    net.relu("relu5")
    net.maxPooling("pool5", kernel: 3, stride: 2)
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
