import Dispatch
import HTTPCore

/// Bytes in, bytes out, and the timer.
extension Connection {
  /// Reads until the socket has nothing more, as far as there is use for it.
  ///
  /// A short read is no sign that it has not: behind the bytes there may be the connection's end, of which Dispatch tells
  /// once, with the bytes.
  func readable() {
    dispatchPrecondition(condition: .onQueue(queue))
    guard !isClosed else { return }
    if !isOpen { open() }
    var reads = 0
    while machine.wantsInput, !readingAwaitsWriting, isOpen, reads < Self.readBatch, readOnce() { reads += 1 }
    // Others have their turn first.
    if reads == Self.readBatch { queue.async { [self] in readable() } }
    if writingAwaitsReading { flush() }
    run()
  }

  /// Whether there may be more.
  private func readOnce() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 16) { buffer in
      switch transport.read(into: buffer) {
      case .bytes(let count):
        server.counters.bytesReceived(count)
        happened(.received(ArraySlice(UnsafeRawBufferPointer(rebasing: buffer[..<count]))))
        return true
      case .blocked(.reading): break
      case .blocked(.writing):
        readingAwaitsWriting = true
        setWriteInterest(true)
      case .ended: happened(.inputEnded)
      case .failed: happened(.lost)
      }
      return false
    }
  }

  /// Puts bytes behind those that wait, and writes what the socket takes. The machine may learn by this that all is sent, so
  /// it has to know before what is.
  func send(_ pieces: [ArraySlice<UInt8>]) {
    outgoing += pieces
    flush()
  }

  /// The socket takes bytes again.
  func writable() {
    if readingAwaitsWriting {
      readingAwaitsWriting = false
      readable()
    }
    if isOpen { flush() }
    run()
  }

  /// Writes what the socket takes; the write source calls again when it takes more.
  func flush() {
    dispatchPrecondition(condition: .onQueue(queue))
    guard !isClosed else { return }
    writingAwaitsReading = false
    while let piece = outgoing.first {
      let moreFollows = outgoing.count > 1
      switch piece.withUnsafeBytes({ transport.write($0, moreFollows: moreFollows) }) {
      case .bytes(let count):
        machine.handle(.sent(count), now: .now)
        server.counters.bytesSent(count)
        if count == piece.count { outgoing.removeFirst() } else { outgoing[0] = piece.dropFirst(count) }
      case .blocked(let way): return awaitWriting(way)
      case .failed: return machine.handle(.lost, now: .now)
      }
    }
    setWriteInterest(false)
    machine.handle(.allSent, now: .now)
    if endsWriting { endWriting() }
  }

  /// Calls `flush` again once the way is free on which writing depends.
  private func awaitWriting(_ way: BlockedWay) {
    writingAwaitsReading = way == .reading
    setWriteInterest(way == .writing)
  }

  /// Has the write source report when the socket takes bytes, or not any more. Reading may still need it.
  func setWriteInterest(_ isWanted: Bool) {
    let isInterested = isWanted || readingAwaitsWriting
    guard !isClosed, isInterested == isWritingSuspended else { return }
    if isInterested { writing.resume() } else { writing.suspend() }
    isWritingSuspended = !isInterested
  }

  func endWriting() {
    endsWriting = true
    switch transport.endWriting() {
    case .ended:
      endsWriting = false
      _ = socket.endWriting()
    case .blocked(let way): awaitWriting(way)
    }
  }

  /// Has the sources report what matters now: bytes that are of use, and the next moment.
  func updateSources() {
    guard !isClosed else { return }
    // Paused while there is no use for input, else the source would fire without end.
    let wantsInput = machine.wantsInput && !readingAwaitsWriting
    if wantsInput == isReadingSuspended {
      if isReadingSuspended { resumeReading() } else { reading.suspend() }
      isReadingSuspended.toggle()
    }
    armTimer()
  }

  /// Dispatch tells once of a connection's end: the source may have been paused then.
  private func resumeReading() {
    reading.resume()
    queue.async { [self] in readable() }
  }

  /// Arms the timer; one that fires too early is simply armed again, so a busy connection hardly touches it.
  private func armTimer() {
    guard let wanted = machine.wakeTime(now: .now) else { return }
    if let timerFires, timerFires <= wanted { return }
    timerFires = wanted
    let delay = max(.zero, ContinuousClock.now.duration(to: wanted))
    timer.schedule(deadline: .now() + delay / .seconds(1), leeway: .milliseconds(5))
  }

  func timerFired() {
    guard !isClosed else { return }
    timerFires = nil
    if machine.mayMissDeparture { machine.handle(.looked(socket.peerState()), now: .now) }
    // Bytes may lie in the kernel when it is us who are late, and then the client is not to blame.
    if machine.isOverdue(now: .now) { readable() }
    happened(.timePassed)
  }
}
