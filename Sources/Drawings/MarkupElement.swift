/// An element of HTML or SVG: a name, attributes in their order, and what stands in it.
///
/// All texts are escaped when it is written, so that nothing that is drawn can end its element or its attribute. It is
/// written as XML, which HTML's parser reads in the same way.
public struct MarkupElement: Hashable, Sendable {
  /// What stands in an element.
  public enum Node: Hashable, Sendable {
    case element(MarkupElement)
    /// As it is to be read, not escaped.
    case text(String)
  }

  public var name: String
  public private(set) var attributes: [Attribute] = []
  public var children: [Node]

  public struct Attribute: Hashable, Sendable {
    public let name: String
    public let value: String
  }

  /// - Precondition: no attribute is `style` or a handler of events (`on...`): pages forbid both.
  public init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [MarkupElement] = []) {
    self.name = name
    self.children = children.map(Node.element)
    for (name, value) in attributes { set(name, value) }
  }

  /// An element around text.
  public init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
    self.init(name, attributes)
    children = [.text(text)]
  }

  /// An element around text and elements.
  public init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], nodes: [Node]) {
    self.init(name, attributes)
    children = nodes
  }

  /// Adds an attribute after the others.
  public mutating func set(_ name: String, _ value: String) {
    precondition(name != "style" && !name.hasPrefix("on"), "styles are classes, and nothing reacts to events")
    attributes.append(Attribute(name: name, value: value))
  }

  /// The element with one more attribute.
  public func with(_ name: String, _ value: String) -> MarkupElement {
    var element = self
    element.set(name, value)
    return element
  }

  /// The element as text; the same element gives the same bytes.
  public var markup: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    text += "<" + name
    for attribute in attributes { text += " \(attribute.name)=\"\(Markup.escaped(attribute.value))\"" }
    guard !children.isEmpty || !Self.closedAtOnce.contains(name) else {
      text += "/>"
      return
    }
    text += ">"
    for child in children { child.write(to: &text, onItsOwnLine: isWrittenInLines) }
    text += (isWrittenInLines ? "\n" : "") + "</\(name)>"
  }

  /// White space is content beside text, and between the parts of a line.
  private var isWrittenInLines: Bool { !children.isEmpty && Self.containers.contains(name) }

  /// HTML's parser takes `<td/>` for an open tag; these it knows to be empty, or to be parts of SVG.
  private static let closedAtOnce: Set = [
    "meta", "img", "br", "hr", "rect", "line", "circle", "path", "polyline", "polygon",
  ]

  private static let containers: Set = [
    "html", "head", "body", "main", "header", "footer", "nav", "section", "figure", "div", "details", "table", "thead",
    "tbody", "tr", "ul", "ol", "dl", "svg", "g",
  ]
}

extension MarkupElement.Node {
  fileprivate func write(to text: inout String, onItsOwnLine: Bool) {
    if onItsOwnLine { text += "\n" }
    switch self {
    case .element(let element): text += element.markup
    case .text(let content): text += Markup.escaped(content)
    }
  }
}
