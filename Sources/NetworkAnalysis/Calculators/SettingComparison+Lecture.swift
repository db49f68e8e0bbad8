import NetworkGraph

extension SettingComparison {
  /// The five comparisons that lectures on convolutional networks make: kernel sizes, channels against resolution,
  /// bottlenecks, connectivity, and pooling.
  ///
  /// - Throws: nothing in practice, because all settings are written down here and tested.
  public static func all() throws -> [SettingComparison] {
    try [largeAgainstSmallKernels(), wideAgainstDeep(), bottleneck(), connectivity(), pooling()]
  }

  private static func convolution(
    _ channels: Int, _ filters: Int, _ extent: Int, kernel: Size2D, padding: Padding = .same
  ) -> CalculatorSetting {
    .convolution(
      Convolution(outputChannels: filters, kernel: kernel, padding: padding),
      input: TensorShape(channels: channels, height: extent, width: extent))
  }

  /// Simonyan and Zisserman, 2014, section 2.3.
  private static func largeAgainstSmallKernels() throws -> SettingComparison {
    let small = convolution(64, 64, 56, kernel: 3, padding: 1)
    return SettingComparison(
      id: "5x5-or-two-3x3", title: .init("One 5x5 or two 3x3", "5x5 하나와 3x3 둘"),
      remark: .init(
        "Both see 5x5 values of the input; two layers take 28 % fewer weights, and there is room for a ReLU between them.",
        "둘 다 입력의 5x5 값을 봅니다. 두 층은 가중치가 28 % 적고, 사이에 ReLU를 하나 더 둘 수 있습니다."),
      settings: [
        try Side(.init("one 5x5", "5x5 하나"), [convolution(64, 64, 56, kernel: 5, padding: 2)]),
        try Side(.init("two 3x3", "3x3 둘"), [small, small]),
      ])
  }

  private static func wideAgainstDeep() throws -> SettingComparison {
    SettingComparison(
      id: "channels-or-resolution",
      title: .init("C channels at 2H x 2W or 2C at H x W", "2H x 2W에서 채널 C와 H x W에서 채널 2C"),
      remark: .init(
        "Half the extent and twice the channels: the same arithmetic, half the memory, four times the weights.",
        "크기를 반으로, 채널을 두 배로 하면 연산은 같고 메모리는 절반, 가중치는 네 배입니다."),
      settings: [
        try Side(.init("64 channels at 56 x 56", "56 x 56에서 채널 64"), [convolution(64, 64, 56, kernel: 3, padding: 1)]),
        try Side(
          .init("128 channels at 28 x 28", "28 x 28에서 채널 128"), [convolution(128, 128, 28, kernel: 3, padding: 1)]),
      ])
  }

  /// Szegedy et al., 2014, section 4: the "5x5 reduce" of inception (3a).
  private static func bottleneck() throws -> SettingComparison {
    SettingComparison(
      id: "bottleneck", title: .init("With or without a 1x1 bottleneck", "1x1 병목이 있을 때와 없을 때"),
      remark: .init(
        "A 1x1 convolution to few channels first: the same shape comes out for about a tenth of the arithmetic.",
        "먼저 1x1 합성곱으로 채널을 줄이면, 약 10분의 1의 연산으로 같은 모양을 얻습니다."),
      settings: [
        try Side(.init("5x5 alone", "5x5만"), [convolution(192, 32, 28, kernel: 5, padding: 2)]),
        try Side(
          .init("1x1 to 16 channels, then 5x5", "1x1로 채널 16, 그다음 5x5"),
          [convolution(192, 16, 28, kernel: 1, padding: 0), convolution(16, 32, 28, kernel: 5, padding: 2)]),
      ])
  }

  /// Goodfellow, Bengio and Courville, 2016, section 9.2.
  private static func connectivity() throws -> SettingComparison {
    let layer = CalculatorSetting.convolution(
      Convolution(outputChannels: 96, kernel: 11, stride: 4), input: TensorShape(channels: 3, height: 227, width: 227))
    return SettingComparison(
      id: "shared-local-dense", title: .init("Shared, local or dense weights", "공유, 국소, 완전 연결"),
      remark: .init(
        "AlexNet's first layer. Seeing locally saves arithmetic and weights; sharing saves weights alone.",
        "AlexNet의 첫 층입니다. 국소 연결은 연산과 가중치를 줄이고, 공유는 가중치만 줄입니다."),
      settings: [
        try Side(.init("shared: a convolution", "공유: 합성곱"), [layer]),
        try Side(.init("local: own weights in each place", "국소: 자리마다 다른 가중치"), [layer], connectivity: .local),
        try Side(.init("dense: fully connected", "완전 연결"), [layer], connectivity: .dense),
      ])
  }

  private static func pooling() throws -> SettingComparison {
    let input = TensorShape(channels: 96, height: 55, width: 55)
    return SettingComparison(
      id: "max-or-average", title: .init("Max or average pooling", "최대 풀링과 평균 풀링"),
      remark: .init(
        "Both have no weights and make the same shape: one keeps the strongest value of a window, the other their mean.",
        "둘 다 가중치가 없고 같은 모양을 만듭니다. 하나는 창에서 가장 강한 값을, 다른 하나는 평균을 남깁니다."),
      settings: [
        try Side(.init("max", "최대"), [.maxPooling(MaxPooling(kernel: 3, stride: 2), input: input)]),
        try Side(.init("average", "평균"), [.averagePooling(AveragePooling(kernel: 3, stride: 2), input: input)]),
      ])
  }
}
