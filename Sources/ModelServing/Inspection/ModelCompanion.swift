import Synchronization

/// An object that belongs to a model. It is made at the first request that needs it, and ends with the model.
package protocol ModelCompanion: AnyObject, Sendable {
  init()

  /// Releases all memory, now or when the work under way is done, and allocates none again.
  func close()
}

/// The companions of one model, one of a type.
final class ModelCompanions: Sendable {
  private struct State {
    var companions: [ObjectIdentifier: any ModelCompanion] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  /// - Throws: `BatchQueueError.closed` once the model is closed.
  func companion<Companion: ModelCompanion>(_ type: Companion.Type) throws(BatchQueueError) -> Companion {
    try state.withLock { state throws(BatchQueueError) in
      if state.isClosed { throw .closed }
      if let companion = state.companions[ObjectIdentifier(type)] as? Companion { return companion }
      let companion = type.init()
      state.companions[ObjectIdentifier(type)] = companion
      return companion
    }
  }

  func close() {
    let companions = state.withLock { state in
      state.isClosed = true
      defer { state.companions = [:] }
      return state.companions.values
    }
    for companion in companions { companion.close() }
  }
}

extension ServedModel {
  /// The model's companion of a type. It is made if there is none yet.
  ///
  /// - Throws: `BatchQueueError.closed` once the model is closed.
  package func companion<Companion: ModelCompanion>(_ type: Companion.Type) throws(BatchQueueError) -> Companion {
    try companions.companion(type)
  }
}
