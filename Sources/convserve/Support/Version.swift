/// The version of the program. `openapi.yaml` states the same, as a test checks; `CHANGELOG.md` says what it brings.
enum Version {
  static let current = "0.2.0"
}
