/// The frame of all pages of reports: one file, no script, nothing from elsewhere.
public enum PageFrame {
  /// Base64 of the SHA-256 of the style, as `Content-Security-Policy` names it. Written down, since drawings know no
  /// cryptography; a test says what it has to be when the style changes.
  public static let styleHash = "yv0uDTadlW1XFHuXXMHDFMPy9VR4KQZVkiTwMIFxWw0="

  /// What a browser may do with a page: show its pictures and its one style. A server that hands it out adds `sandbox`, which
  /// counts in a header alone.
  public static let contentSecurityPolicy =
    "default-src 'none'; img-src data:; style-src 'sha256-\(styleHash)'; base-uri 'none'; form-action 'none'"

  public static func page(title: String, _ content: [MarkupElement]) -> String {
    let html = MarkupElement(
      "html", ["lang": "en"],
      [
        MarkupElement(
          "head", [:],
          [
            MarkupElement("meta", ["charset": "utf-8"]),
            MarkupElement("meta", ["http-equiv": "Content-Security-Policy", "content": contentSecurityPolicy]),
            MarkupElement("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            MarkupElement("title", text: title),
            MarkupElement("style", text: style),
          ]),
        MarkupElement("body", [:], [MarkupElement("main", [:], content)]),
      ])
    return "<!DOCTYPE html>\n" + html.markup + "\n"
  }

  /// Without quotes, `<`, `>` and `&`: HTML takes a style as it is, XML does not.
  public static let style = """

    :root { color-scheme: light; }
    * { box-sizing: border-box; }
    html { background: #fff; color: #1a1d21; font: 16px/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
    body { margin: 0; word-break: keep-all; overflow-wrap: break-word; }
    main { max-width: 912px; margin: 0 auto; padding: 48px 24px 96px; }
    h1 { font-size: 24px; line-height: 32px; font-weight: 650; margin: 0; }
    h2 { font-size: 24px; line-height: 32px; font-weight: 650; margin: 0 0 16px; }
    h3 { font-size: 16px; font-weight: 650; margin: 32px 0 4px; }
    p { margin: 0 0 12px; max-width: 70ch; }
    a { color: #0065a0; text-decoration-thickness: 1px; text-underline-offset: 3px; }
    header p { margin: 0; max-width: none; }
    section { border-top: 1px solid #e3e6ea; margin-top: 48px; padding-top: 40px; }
    nav { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 14px; margin: 16px 0 0; }
    .quiet, figcaption, dt, th, summary, .unit { color: #5c636b; }
    .quiet, figcaption, th, td, dl, summary, pre, .files { font-size: 14px; }
    .verdict { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 32px; align-items: start; margin: 40px 0 0; }
    .verdict .big { font-size: 72px; line-height: 72px; font-weight: 650; letter-spacing: -2px; color: #0072b2;
      white-space: nowrap; font-variant-numeric: tabular-nums; margin: 0; }
    .verdict .big.unsure { color: #b34a00; }
    .verdict p { margin: 0 0 4px; }
    .facts { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 1px; margin: 32px 0 0;
      background: #e3e6ea; border: 1px solid #e3e6ea; border-radius: 6px; overflow: hidden; }
    .fact { background: #fff; padding: 12px 16px; }
    .fact p { margin: 0; }
    .fact .value { font-weight: 650; font-variant-numeric: tabular-nums; }
    .advice { background: #f5f6f8; border-radius: 6px; padding: 16px 24px; margin: 24px 0 0; }
    .advice h3 { margin: 0 0 4px; }
    .advice ul { margin: 0; padding-left: 20px; }
    .drawing { overflow-x: auto; margin: 16px 0; }
    .drawing svg { display: block; }
    .pair { display: flex; flex-wrap: wrap; gap: 16px 32px; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th { font-weight: 400; text-align: left; vertical-align: bottom; }
    th, td { border-bottom: 1px solid #e3e6ea; padding: 6px 24px 6px 0; max-width: 320px; }
    .drawing td svg { display: inline-block; vertical-align: middle; margin-left: 12px; }
    .n { text-align: right; white-space: nowrap; }
    .chosen { font-weight: 650; }
    .mark { display: inline-block; border-radius: 4px; padding: 0 8px; font-size: 14px; line-height: 24px;
      font-weight: 650; background: #e3e6ea; color: #1a1d21; }
    .mark.fault { background: #b34a00; color: #fff; }
    .mark.advice { background: #0065a0; color: #fff; margin: 0; }
    dl { display: grid; grid-template-columns: minmax(120px, max-content) minmax(0, 1fr); gap: 4px 24px; margin: 16px 0; }
    dd { margin: 0; font-variant-numeric: tabular-nums; }
    pre { background: #f5f6f8; border-radius: 6px; padding: 12px 16px; overflow-x: auto; margin: 12px 0;
      font-family: ui-monospace, monospace; line-height: 20px; }
    summary { cursor: pointer; padding: 8px 0; }
    .files { margin: 8px 0; padding-left: 20px; max-width: none; }
    .files li { padding: 2px 0; }
    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(152px, 1fr)); gap: 24px 16px;
      margin: 16px 0; }
    .gallery figure { margin: 0; min-width: 0; }
    .gallery img, .gallery .missing { display: block; width: 100%; aspect-ratio: 1; object-fit: contain;
      background: #f5f6f8; border-radius: 4px; }
    .gallery .missing { padding: 40% 8px 0; text-align: center; color: #5c636b; font-size: 14px; }
    figcaption { line-height: 20px; margin-top: 6px; }
    figcaption b { color: #1a1d21; font-weight: 650; }
    figcaption .wrong { color: #b34a00; font-weight: 650; }
    figcaption .file { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    @media (max-width: 600px) {
      main { padding: 24px 16px 64px; }
      .drawing td svg { display: none; }
      .verdict { grid-template-columns: minmax(0, 1fr); gap: 16px; }
      .gallery { grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); }
      .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
      dd { margin: 0 0 8px; }
    }
    @media print {
      main { max-width: none; padding: 0; }
      nav { display: none; }
      figure, tr, svg { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
    }

    """
}
