import NetworkGraph

/// Networks that several tests look at.
enum NetworkSamples {
  /// Residual blocks whose sum can take its residual's place, and some whose sum cannot.
  static func residualSums() throws -> Network {
    func convolution(_ channels: Int) -> Operator { .convolution(Convolution(outputChannels: channels, kernel: 1)) }
    var net = NetworkBuilder()
    func block(_ name: String, from residual: String) -> String {
      net.append("\(name).inner", convolution(160), inputs: [residual])
      net.append("\(name).outer", convolution(160))
      return net.append(name, .add(Add()), inputs: ["\(name).outer", residual])
    }
    let first = block("first", from: net.append("stem", convolution(160)))
    let second = block("second", from: first)
    let third = block("third", from: second)
    net.append("bare", convolution(160))
    let fourth = net.append("fourth", .add(Add()), inputs: ["bare", third])
    let fifth = block("fifth", from: fourth)
    let joined = net.append("joined", .concatenate(Concatenate()), inputs: [fifth, second])
    net.append("last", convolution(320))
    net.append("sixth", .add(Add()), inputs: ["last", joined])
    return try net.network(name: "sums", inputShape: TensorShape([5, 9, 11]))
  }
}
