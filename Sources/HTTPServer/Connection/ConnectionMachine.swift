import HTTPCore
import HTTPTypes

/// A connection as a value: what happens and when goes in, what is to be done comes out. No sockets, no clock.
///
/// ```swift
/// machine.handle(.received(bytes), now: .now)
/// while let action = machine.next(now: .now) { carryOut(action) }
/// ```
///
/// Its phases and the ways between them are `ConnectionTransition.table`. `next` gives out one action at a time, since the
/// outcome of one may decide about the next: a body piece can be refused, and what becomes of a request has to be known
/// before its body is read.
struct ConnectionMachine<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
  enum Input: Sendable {
    /// The transport is ready.
    case opened
    /// It did not come about, and the client has been told.
    case openingFailed
    case received(ArraySlice<UInt8>)
    /// The client sends no more.
    case inputEnded
    /// What becomes of the request that was to be judged.
    case judged(Verdict)
    /// The handler of a streamed body holds all that it may; or it has room again.
    case bodyFilled, bodyEmptied
    /// The head of an answer goes out now.
    case answering(Answer)
    /// A piece of a streamed answer goes out now.
    case produced(isLast: Bool)
    /// The client took bytes.
    case sent(Int)
    /// No byte waits for the client any more.
    case allSent
    /// The server stops: finish what the client has sent, and close.
    case stop
    /// `wakeTime` has come.
    case timePassed
    /// What is known of a client that is not being read.
    case looked(Socket.PeerState)
    /// Nothing can be read or written any more, or nothing shall be.
    case lost
  }

  /// What becomes of a request, as far as its header tells.
  enum Verdict: Equatable, Sendable {
    /// A handler gets it with its body, of at most so many bytes: when the body is complete, or in pieces.
    case handled(bodyLimit: Int)
    /// It is answered now, and its body thrown away.
    case answeredByHeader
  }

  /// What the machine has to know of an answer.
  struct Answer: Equatable, Sendable {
    /// Whether the connection cannot go on behind it, or shall not.
    var closes = false
    /// Whether the body follows in pieces (`Input.produced`).
    var isStreamed = false
  }

  enum Action: Equatable, Sendable {
    /// Find out what becomes of this request, and say so by `Input.judged`.
    case judge(RequestHead)
    /// Give the answer that the verdict meant.
    case answerByHeader
    /// Take in a piece of the body.
    case takeBody(ArraySlice<UInt8>)
    /// The body is complete.
    case bodyEnded
    /// Send `100 Continue`.
    case sendContinue
    /// Answer this failure; the connection closes behind it.
    case answerFailure(ServerFailure)
    /// The piece of a streamed answer is written: have the next one made.
    case pieceSent
    /// Have a streamed answer come to its end: the server stops.
    case endStream
    /// The answer is written: report the request and forget it.
    case forgetRequest
    /// Tell the client that nothing more comes.
    case endWriting
    /// Close the connection.
    case close
  }

  /// Bytes of further requests taken in while one is worked on; beyond that the client has to wait.
  static var pipelineBuffer: Int { 64 << 10 }
  /// Bytes of body read and thrown away to keep a connection whose request goes nowhere.
  static var discardLimit: Int { 64 << 10 }
  /// How often to look for a client's departure while its bytes are not being read.
  static var departurePoll: Duration { .milliseconds(250) }

  private(set) var phase = ConnectionPhase.opening
  private let timeouts: ServerConfiguration.Timeouts
  private var patience: ClientPatience<Instant>
  private var parser: RequestParser
  /// Actions that `next` has not given out.
  private var due: [Action] = []
  /// Whether a verdict or an answer was asked for that nobody has given: nothing more is read before.
  private var awaitsOutcome = false

  /// The request in hand.
  private var head: RequestHead?
  /// Whether `100 Continue` may still be asked for.
  private var awaitsContinue = false
  /// Whether a body follows that nobody wants.
  private var hasBodyToDiscard = false
  /// Whether its answer, whatever it is, must be the last.
  private var mustClose = false
  private var isStreaming = false

  private var closesAfterAnswer = false
  private var isStopping = false
  private var peerHasEnded = false
  /// Whether the client, having ended its side, was sent something to see whether it is still there.
  private var hasProbed = false

  init(limits: ParserLimits, timeouts: ServerConfiguration.Timeouts, now: Instant) {
    self.timeouts = timeouts
    parser = RequestParser(limits: limits)
    patience = ClientPatience(.opening, timeouts, now: now)
  }

  /// Whether more bytes are of use now; during the handler's turn, only few of the next request.
  var wantsInput: Bool {
    switch phase {
    case .opening, .idle, .header, .body, .draining, .lingering: !peerHasEnded
    case .consuming, .working, .producing, .writing:
      !peerHasEnded && parser.bufferedByteCount < Self.pipelineBuffer
    case .closed: false
    }
  }

  /// Whether the connection stays open behind the answer that goes out now.
  var keepsAlive: Bool { !closesAfterAnswer }

  /// Whether a handler's answer is still wanted.
  var awaitsAnswer: Bool {
    switch phase {
    case .body, .consuming, .working: true
    case .opening, .idle, .header, .producing, .writing, .draining, .lingering, .closed: false
    }
  }

  /// When `Input.timePassed` or a look at the client is wanted next; nil where nothing depends on time.
  func wakeTime(now: Instant) -> Instant? {
    mayMissDeparture ? now.advanced(by: Self.departurePoll) : patience.deadline
  }

  /// Whether the client's departure would go unnoticed, since its bytes are not being read.
  var mayMissDeparture: Bool { phase.isHandlersTurn && !wantsInput }

  /// Whether the client has taken too long.
  func isOverdue(now: Instant) -> Bool { patience.isOver(now: now) }
}

// MARK: What happens

extension ConnectionMachine {
  /// Takes in what has happened at `now`.
  mutating func handle(_ input: Input, now: Instant) {
    guard phase != .closed else { return }
    switch input {
    case .opened: move(.opened, now)
    case .openingFailed: end(.broken, now)
    case .received(let bytes): received(bytes, now)
    case .inputEnded: inputEnded(now)
    case .judged(let verdict): judged(verdict, now)
    case .bodyFilled: if phase == .body { move(.filled, now) }
    case .bodyEmptied: if phase == .consuming { move(.emptied, now) }
    case .answering(let answer): answering(answer, now)
    case .produced(let isLast): produced(isLast: isLast, now)
    case .sent(let count): if phase == .writing { patience.moved(count, now: now) }
    case .allSent: if phase == .writing { answerWritten(now) }
    case .stop: stop()
    case .timePassed: if isOverdue(now: now), !awaitsOutcome { expire(now) }
    case .looked(let state): looked(state, now)
    case .lost: close(now)
    }
  }

  private mutating func move(_ event: ConnectionTransition.Event, _ now: Instant) {
    guard let next = ConnectionTransition.target(of: event, in: phase) else {
      preconditionFailure("a connection that is \(phase) cannot be \(event)")
    }
    phase = next
    patience = ClientPatience(next, timeouts, now: now)
  }

  private mutating func received(_ bytes: ArraySlice<UInt8>, _ now: Instant) {
    // After the last answer the rest is read only so that it does not turn into a reset.
    guard phase != .lingering else { return }
    if phase == .body { patience.moved(bytes.count, now: now) }
    parser.feed(bytes)
  }

  private mutating func inputEnded(_ now: Instant) {
    peerHasEnded = true
    parser.finish()
    if phase == .draining || phase == .lingering { close(now) }
  }

  private mutating func judged(_ verdict: Verdict, _ now: Instant) {
    guard let head else { preconditionFailure("a request is judged after its header") }
    awaitsOutcome = false
    switch verdict {
    case .handled(let bodyLimit):
      parser.bodyLimit = bodyLimit
      awaitsContinue = head.expectsContinue
      move(.accepted, now)
    case .answeredByHeader:
      parser.bodyLimit = Self.discardLimit
      hasBodyToDiscard = head.framing.hasBody
      mustClose = !isWorthKeeping(head)
      ask(.answerByHeader)
    }
  }

  /// Whether to keep a connection by throwing away a body that nobody wants. Asking for it would be a waste on both
  /// sides, a long one takes longer than a new connection, and what follows a CONNECT may be meant for the tunnel that was
  /// refused, not for us.
  private func isWorthKeeping(_ head: RequestHead) -> Bool {
    if head.expectsContinue || head.request.method == .connect { return false }
    if case .length(let length) = head.framing { return length <= Self.discardLimit }
    return true
  }

  /// Asks for something that decides how it goes on.
  private mutating func ask(_ action: Action) {
    awaitsOutcome = true
    due.append(action)
  }

  private mutating func answering(_ answer: Answer, _ now: Instant) {
    awaitsOutcome = false
    // The rest of a body that was to be handled is not worth waiting for.
    let isCutShort = phase == .body || phase == .consuming
    closesAfterAnswer = answer.closes || mustClose || isLastRequest || isCutShort || !(head?.keepsAlive ?? false)
    isStreaming = answer.isStreamed
    if isStreaming && isStopping { due.append(.endStream) }
    move(.answered, now)
  }

  /// While stopping, a connection lives on only for requests that were sent already.
  private var isLastRequest: Bool { (isStopping || peerHasEnded) && parser.bufferedByteCount == 0 }

  private mutating func produced(isLast: Bool, _ now: Instant) {
    guard isStreaming else { return }
    isStreaming = !isLast
    // The first piece may come before the head is written.
    if phase == .producing { move(.produced, now) }
  }

  private mutating func answerWritten(_ now: Instant) {
    if isStreaming {
      due.append(.pieceSent)
      return move(.writtenSoFar, now)
    }
    due.append(.forgetRequest)
    let hasBodyToDiscard = hasBodyToDiscard
    forgetRequest()
    // The stop may have come while the answer was sent.
    if closesAfterAnswer || isLastRequest {
      end(.writtenLast, now)
    } else {
      move(hasBodyToDiscard ? .writtenEarly : .written, now)
    }
  }

  private mutating func forgetRequest() {
    head = nil
    awaitsContinue = false
    hasBodyToDiscard = false
    mustClose = false
    hasProbed = false
  }

  /// Ends our side and waits for the client to end its own: closing with unread bytes would send a reset, which can
  /// overtake the answer (RFC 9112 section 9.6).
  private mutating func end(_ event: ConnectionTransition.Event, _ now: Instant) {
    if peerHasEnded { return close(now) }
    move(event, now)
    due.append(.endWriting)
  }

  private mutating func stop() {
    guard !isStopping else { return }
    isStopping = true
    if isStreaming { due.append(.endStream) }
  }

  private mutating func expire(_ now: Instant) {
    switch phase.expiry {
    case .answerHeaderTimeout: ask(.answerFailure(.headerTimeout(timeouts.header)))
    case .answerBodyTimeout: ask(.answerFailure(.bodyTimeout(timeouts.body, minimumRate: timeouts.minimumRate)))
    case .close: close(now)
    }
  }

  /// Tells a client that has gone from a client that has only said all it will say and waits for its answer.
  ///
  /// TCP ends a stream the same way for both; only sending shows the difference. `100 Continue` may be sent at any time
  /// before an answer, and clients ignore it (RFC 9110 section 15.2.1); a client that has gone replies with a reset,
  /// which the next look finds. HTTP/1.0 has no interim answers: there the answer itself has to find out.
  private mutating func looked(_ state: Socket.PeerState, _ now: Instant) {
    switch state {
    case .speaking: break
    case .gone: close(now)
    case .hasEnded:
      guard phase == .working, !hasProbed, let version = head?.version, version >= .http11 else { return }
      hasProbed = true
      due.append(.sendContinue)
    }
  }

  private mutating func close(_ now: Instant) {
    guard phase != .closed else { return }
    move(.closed, now)
    due.append(.close)
  }
}

// MARK: What is to be done

extension ConnectionMachine {
  /// What is to be done next; nil until something happens.
  mutating func next(now: Instant) -> Action? {
    // A handshake that is not over by now is not waited for.
    if phase == .opening, isStopping { close(now) }
    while due.isEmpty, !awaitsOutcome, phase.readsRequests {
      guard readEvent(now) else { break }
    }
    return due.isEmpty ? nil : due.removeFirst()
  }

  /// Turns buffered bytes into the next event of a request; false where they do not reach that far.
  private mutating func readEvent(_ now: Instant) -> Bool {
    do throws(HTTPParsingError) {
      switch try parser.next() {
      case .head(let head): begin(head, now)
      case .body(let bytes): if phase == .body { take(bytes) }
      case .end: requestEnded(now)
      case .connectionClosed: close(now)
      case .needMoreData:
        starved(now)
        return false
      }
    } catch {
      parsingFailed(error, now)
    }
    return true
  }

  private mutating func begin(_ head: RequestHead, _ now: Instant) {
    if phase == .idle { move(.begun, now) }
    self.head = head
    ask(.judge(head))
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    awaitsContinue = false
    due.append(.takeBody(bytes))
  }

  private mutating func requestEnded(_ now: Instant) {
    switch phase {
    case .body:
      move(.completed, now)
      due.append(.bodyEnded)
    case .draining: move(.discarded, now)
    // A request without a body that was answered by its header.
    default: break
    }
  }

  /// All bytes are used up, and the request is not complete.
  private mutating func starved(_ now: Instant) {
    if phase == .idle, parser.isInsideRequest { move(.begun, now) }
    if phase == .idle, isStopping { close(now) }
    if phase == .body, awaitsContinue {
      // The body limit has been checked by now: a body that is too long was refused instead.
      awaitsContinue = false
      due.append(.sendContinue)
    }
  }

  private mutating func parsingFailed(_ error: HTTPParsingError, _ now: Instant) {
    // A request that is answered gets no second answer, whatever its body is like.
    if phase == .draining { return end(.broken, now) }
    if phase == .idle { move(.begun, now) }
    ask(.answerFailure(.parsing(error)))
  }
}
