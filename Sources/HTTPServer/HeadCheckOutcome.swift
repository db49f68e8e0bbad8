/// What a route makes of a request's header.
public enum HeadCheckOutcome: Sendable {
  /// The body is wanted. The handler answers when it is there, and holds what the check has found in the header: nothing is
  /// looked at twice.
  case proceed(Route.Handler)
  /// The request is useless, as far as its header tells; its body is not read.
  case answer(ServerResponse)
}
