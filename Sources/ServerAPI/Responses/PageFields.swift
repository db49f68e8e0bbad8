import HTTPTypes

/// Fields that keep a page to itself, on an origin for which a browser may hold a key.
extension HTTPFields {
  /// - Parameter policy: what the page may load and do (Content Security Policy Level 3).
  static func ofPage(contentType: String, policy: String) -> HTTPFields {
    [
      .contentType: contentType, .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff",
      .referrerPolicy: "no-referrer",
    ]
  }
}

extension HTTPField.Name {
  fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
