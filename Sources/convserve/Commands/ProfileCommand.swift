import ArgumentParser
import NetworkAnalysis

struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "What each layer of a network costs, along its depth: memory, parameters, multiply-accumulates.",
    discussion: """
      For example: convserve profile alexnet --against vgg16 -o profiles.svg. How long each layer takes on this machine, \
      `convserve bench --layers` measures.
      """)

  @OptionGroup var selection: NetworkSelection

  @Option(name: .long, help: "A second network, drawn beside the first.")
  var against: String?

  @OptionGroup var output: PictureOutput

  func run() throws {
    let (network, title) = try selection.titledNetwork()
    let other = try against.map { name in
      let (network, title) = try selection.titledNetwork(named: name)
      return (profile: try NetworkProfile(of: network, input: selection.sample(of: network)), title: title)
    }
    let profile = try NetworkProfile(of: network, input: selection.sample(of: network))
    try output.print(ComparedProfile(profile, title: title, against: other))
  }
}
