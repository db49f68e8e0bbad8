import Glibc

/// A connected, non-blocking TCP socket; whoever holds it decides when to close it, once.
struct Socket: Transport, Sendable {
  let descriptor: Int32

  func open() -> OpenResult { .open }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .ended }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .blocked(.reading) : .failed(.system(.last("recv")))
    }
  }

  /// Writes what the socket takes now. A closed peer is an error here, not the signal SIGPIPE.
  func write(_ bytes: UnsafeRawBufferPointer, moreFollows: Bool) -> WriteResult {
    let flags = Int32(MSG_NOSIGNAL) | (moreFollows ? Int32(MSG_MORE) : 0)
    while true {
      let count = send(descriptor, bytes.baseAddress, bytes.count, flags)
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .blocked(.writing) : .failed(.system(.last("send")))
    }
  }

  /// What is known of the peer without reading, even if unread bytes lie before it.
  enum PeerState {
    case speaking
    /// It will say no more; whether it still listens is unknown.
    case hasEnded
    /// The connection is reset.
    case gone
  }

  func peerState() -> PeerState {
    // POLLRDHUP of Linux's <bits/poll.h>, which Glibc hides behind _GNU_SOURCE.
    let readHangUp: Int16 = 0x2000
    var entry = pollfd(fd: descriptor, events: readHangUp, revents: 0)
    guard poll(&entry, 1, 0) > 0 else { return .speaking }
    // Reported whether asked for or not.
    if entry.revents & (Int16(POLLHUP) | Int16(POLLERR)) != 0 { return .gone }
    return entry.revents & readHangUp != 0 ? .hasEnded : .speaking
  }

  /// Sends what is written, then the end of the stream; reading stays possible.
  func endWriting() -> EndResult {
    _ = shutdown(descriptor, Int32(SHUT_WR))
    return .ended
  }

  /// Calls on this socket return at once, and programs started by this one do not inherit it.
  func makeNonBlocking() -> Bool {
    fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
  }

  /// Answers go out at once rather than waiting for more (no Nagle delay).
  func disableDelay() {
    var on: Int32 = 1
    _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Has the kernel end the connection when the peer takes nothing of what was sent for so long. The kernel's buffer holds
  /// megabytes: what trickles into it, as an event stream does, would not fill it for hours (RFC 5482).
  func limitSilence(to duration: Duration) {
    var milliseconds = Int32(clamping: Int64(duration / .milliseconds(1)))
    _ = setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<Int32>.size))
  }

  func close() { _ = Glibc.close(descriptor) }
}
