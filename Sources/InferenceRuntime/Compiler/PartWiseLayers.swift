/// How many of the first layers each part of a batch can go through by itself, with a thread of its own.
///
/// Fully connected layers do little but read their weights. From the first of them on, all samples had better go together:
/// the weights are then read once.
func partWiseLayers(_ network: LoweredNetwork) -> Int {
  network.layers.firstIndex { if case .fullyConnected = $0.operation { true } else { false } } ?? network.layers.count
}
