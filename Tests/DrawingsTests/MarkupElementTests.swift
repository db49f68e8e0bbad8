import Drawings
import Testing

@Suite struct MarkupElementTests {
  @Test("texts and values of attributes are escaped; what HTML does not know to be empty is closed by a tag")
  func escapes() {
    let element = MarkupElement(
      "p", ["title": "\" onclick=\"x"],
      nodes: [.text("<b>"), .element(MarkupElement("br")), .element(MarkupElement("span"))])
    #expect(element.markup == "<p title=\"&quot; onclick=&quot;x\">&lt;b&gt;<br/><span></span></p>")
  }

  @Test("an element that handles events, or brings a style, is a mistake of ours", arguments: ["onclick", "style"])
  func forbidden(name: String) async {
    // Only what exits can be seen to stop, one by one as arguments cannot be captured.
    if name == "style" {
      await #expect(processExitsWith: .failure) { _ = MarkupElement("p", ["style": "x"]) }
    } else {
      await #expect(processExitsWith: .failure) { _ = MarkupElement("p", ["onclick": "x"]) }
    }
  }
}

@Suite struct ColourTests {
  @Test("text is read on every colour between white and the ends of the scales")
  func contrast() {
    for colour in Colour.series {
      for step in 0...100 {
        let ground = Colour.white.mixed(with: colour, share: Double(step) / 100)
        #expect(ground.textOnTop.contrast(with: ground) >= 4.5)
      }
    }
    for ink in [Colour.ink, .quietInk] {
      #expect(ink.contrast(with: .white) >= 4.5 && ink.contrast(with: .paleGround) >= 4.5)
    }
    // Web Content Accessibility Guidelines: black on white has 21.
    #expect((Colour.black.contrast(with: .white) - 21).magnitude < 1e-9)
  }
}

@Suite struct TextWidthTests {
  @Test(
    "a name that does not fit ends in an ellipsis and fits then",
    arguments: ["a long name of a class", "긴 이름의 새", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"])
  func shortened(name: String) {
    let short = TextWidth.shortened(name, to: 60, size: 12)
    #expect(short.hasSuffix("…") && short.count > 1)
    #expect(TextWidth.estimated(short.dropLast(), size: 12) <= 48)
    #expect(TextWidth.shortened(name, to: 1000, size: 12) == name)
  }
}
