import Yams

/// `openapi.yaml` as a piece of HTML: each operation with its parameters, bodies and answers, and each schema.
struct APIReference {
  private let document: Node
  private static let methods = ["get", "post", "put", "patch", "delete"]
  /// What can happen to any request: told once, and not again with each operation.
  private static let otherwise = "Otherwise"

  init(_ document: Node) { self.document = document }

  var html: String {
    let sections = (document["tags"]?.array() ?? []).compactMap { tag in section(of: tag) }
    return """
      <details><summary>About this API</summary><div class="prose">\(prose(document["info"]?["description"]))\
      \(prose(document["components"]?["responses"]?[Self.otherwise]?["description"]))</div></details>
      \(sections.joined(separator: "\n"))
      <section><h2 id="schemas">Schemas</h2>
      \(schemas)
      </section>

      """
  }

  // MARK: Operations

  /// The operations whose first tag it is.
  private func section(of tag: Node) -> String? {
    let name = tag["name"]?.string ?? ""
    let operations = entries(document["paths"]).flatMap { path, item in
      Self.methods.compactMap { method in item[method].map { (path: path, item: item, method: method, operation: $0) } }
    }.filter { $0.operation["tags"]?.array().first?.string == name }
    guard !operations.isEmpty else { return nil }
    let list = operations.map { operation($0.method, $0.path, $0.item, $0.operation) }
    return """
      <section><h2>\(escaped(name.prefix(1).uppercased() + name.dropFirst()))</h2>
      <div class="prose">\(prose(tag["description"]))</div>
      \(list.joined(separator: "\n"))
      </section>
      """
  }

  private func operation(_ method: String, _ path: String, _ item: Node, _ operation: Node) -> String {
    let parameters = (item["parameters"]?.array() ?? []) + (operation["parameters"]?.array() ?? [])
    return """
      <details class="operation" id="operation-\(escaped(operation["operationId"]?.string ?? ""))">
      <summary><span class="method">\(method.uppercased())</span> <code>\(escaped(path))</code> \
      <span class="what">\(inline(operation["summary"]?.string ?? ""))</span></summary>
      <div class="prose">\(prose(operation["description"]))</div>
      \(parameterTable(of: parameters.map(resolved)))\(requestBody(operation["requestBody"]))\
      \(responses(operation["responses"]))
      </details>
      """
  }

  private func parameterTable(of parameters: [Node]) -> String {
    guard !parameters.isEmpty else { return "" }
    let rows = parameters.map { parameter in
      let needed = parameter["required"]?.bool == true ? " <em>required</em>" : ""
      return """
        <tr><th scope="row"><code>\(escaped(parameter["name"]?.string ?? ""))</code></th>\
        <td>\(escaped(parameter["in"]?.string ?? ""))\(needed)</td>\
        <td>\(type(of: parameter["schema"]))</td><td>\(prose(parameter["description"]))</td></tr>
        """
    }
    return table(["Parameter", "In", "Type", "Meaning"], rows)
  }

  private func requestBody(_ body: Node?) -> String {
    guard let body = body.map(resolved) else { return "" }
    let rows = entries(body["content"]).map { media, content in
      "<tr><th scope=\"row\"><code>\(escaped(media))</code></th><td>\(type(of: content["schema"]))</td></tr>"
    }
    return "<div class=\"prose\">\(prose(body["description"]))</div>" + table(["Body", "Schema"], rows)
  }

  private func responses(_ responses: Node?) -> String {
    let own = entries(responses).filter { reference($0.1)?.hasSuffix("/\(Self.otherwise)") != true }
    let rows = own.map { status, response in
      let response = resolved(response)
      let content = entries(response["content"]).map { media, content in
        "<code>\(escaped(media))</code> \(type(of: content["schema"]))"
      }
      return """
        <tr><th scope="row">\(escaped(status))</th><td>\(prose(response["description"]))</td>\
        <td>\(content.joined(separator: "<br>"))</td></tr>
        """
    }
    return rows.isEmpty ? "" : table(["Status", "Answer", "Content"], rows)
  }

  // MARK: Schemas

  private var schemas: String {
    entries(document["components"]?["schemas"]).map { name, schema in
      """
      <details class="schema" id="schema-\(escaped(name))"><summary><code>\(escaped(name))</code></summary>
      <div class="prose">\(prose(schema["description"]))</div>
      \(choices(schema))\(members(schema))
      </details>
      """
    }.joined(separator: "\n")
  }

  private func members(_ schema: Node) -> String {
    let required = Set((schema["required"]?.array() ?? []).compactMap(\.string))
    let rows = entries(schema["properties"]).map { name, member in
      let needed = required.contains(name) ? "" : " <em>optional</em>"
      return """
        <tr><th scope="row"><code>\(escaped(name))</code></th><td>\(type(of: member))\(needed)</td>\
        <td>\(prose(member["description"]))</td></tr>
        """
    }
    return rows.isEmpty ? "" : table(["Member", "Type", "Meaning"], rows)
  }

  /// Constants that a schema is one of, each with its meaning.
  private func choices(_ schema: Node) -> String {
    let rows = (schema["oneOf"]?.array() ?? []).compactMap { choice in
      choice["const"].map { value in
        """
        <tr><th scope="row"><code>\(escaped(value.string ?? ""))</code></th>\
        <td>\(prose(choice["description"] ?? choice["title"]))</td></tr>
        """
      }
    }
    return rows.isEmpty ? "" : table(["Value", "Meaning"], rows)
  }

  /// A schema in a few words, or a link to it.
  private func type(of schema: Node?) -> String {
    guard let schema else { return "" }
    if let name = reference(schema) {
      let kind = name.split(separator: "/").last.map(String.init) ?? name
      return "<a class=\"schema-link\" href=\"#schema-\(escaped(kind))\">\(escaped(kind))</a>"
    }
    if let value = schema["const"]?.string { return "<code>\(escaped(value))</code>" }
    if let values = schema["enum"]?.array() {
      return values.map { "<code>\(escaped($0.string ?? ""))</code>" }.joined(separator: ", ")
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
      guard let parts = schema[keyword]?.array() else { continue }
      return parts.map { type(of: $0) }.filter { !$0.isEmpty }.joined(separator: keyword == "allOf" ? " with " : " or ")
    }
    switch schema["type"]?.string {
    case "array": return "list of \(type(of: schema["items"]))"
    case let name?: return escaped(name) + range(of: schema)
    case nil: return ""
    }
  }

  private func range(of schema: Node) -> String {
    switch (schema["minimum"]?.string, schema["maximum"]?.string) {
    case (let least?, let most?): ", \(escaped(least)) to \(escaped(most))"
    case (let least?, nil): ", at least \(escaped(least))"
    case (nil, let most?): ", at most \(escaped(most))"
    case (nil, nil): ""
    }
  }

  // MARK: References

  private func reference(_ node: Node) -> String? { node["$ref"]?.string }

  /// What a reference within the document leads to.
  private func resolved(_ node: Node) -> Node {
    guard let target = reference(node) else { return node }
    let found = target.split(separator: "/").dropFirst().reduce(document as Node?) { $0?[String($1)] }
    return found.map(resolved) ?? node
  }

  private func entries(_ node: Node?) -> [(String, Node)] {
    (node?.mapping).map { mapping in mapping.map { ($0.key.string ?? "", $0.value) } } ?? []
  }
}
