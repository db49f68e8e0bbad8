/// Blocks of `lanes` channels that so many channels fill, the last one in part.
public func blockCount(_ channels: Int, lanes: Int) -> Int { (channels + lanes - 1) / lanes }

/// Channels of those blocks, with those that pad the last one.
public func storedChannels(_ channels: Int, lanes: Int) -> Int { blockCount(channels, lanes: lanes) * lanes }
