import Foundation
import TestSupport
import Testing

@Suite("convserve audit")
struct AuditCommandTests {
  private let convserve: ConvServe

  init() throws {
    convserve = try ConvServe()
    let goldens = Checkout.root.appendingPathComponent("Tests/Goldens/audit")
    for (name, path) in [
      ("chelsea.jpg", "photos/cats/chelsea.jpg"), ("chelsea-corner.jpg", "photos/cats/corner.jpg"),
      ("coffee.jpg", "photos/cups/coffee.jpg"), ("coffee.jpg", "photos/cats/coffee.jpg"),
      ("rocket.jpg", "photos/cups/rocket.jpg"),
    ] {
      try convserve.folder.copy(goldens.appendingPathComponent(name), to: path)
    }
    try convserve.folder.write("", to: "photos/cups/empty.png")
    try convserve.folder.write("", to: "photos/cups/notes.txt")
  }

  @Test("one JSON object tells the images, the classes and what is wrong")
  func json() async throws {
    let answer = try await convserve.json(["audit", "photos", "--json", "--threads", "2"])
    #expect(answer["images"] as? Int == 6)
    let classes = try #require(answer["classes"] as? [[String: Any]])
    #expect(classes.map { $0["name"] as? String } == ["cats", "cups"])
    #expect(classes.map { $0["images"] as? Int } == [3, 3])
    let audit = try #require(answer["audit"] as? [String: Any])
    #expect(audit["unreadable"] as? [String] == ["cups/empty.png"])
    let ignored = try #require(answer["ignored_files"] as? [String: Any])
    #expect(ignored["count"] as? Int == 1)
    #expect(ignored["examples"] as? [String] == ["cups/notes.txt: its name is no image's"])
    #expect(audit["contradictions"] as? [[String]] == [["cats/coffee.jpg", "cups/coffee.jpg"]])
    #expect(audit["contradiction_labels"] as? [[String]] == [["cats", "cups"]])
    #expect(audit["near_duplicates"] as? [[String]] == [["cats/chelsea.jpg", "cats/corner.jpg"]])
  }

  @Test("parts that are set apart are counted, and looked at")
  func parts() async throws {
    let goldens = Checkout.root.appendingPathComponent("Tests/Goldens/audit")
    for (name, path) in [
      ("chelsea.jpg", "train/cats/1.jpg"), ("coffee.jpg", "train/cups/1.jpg"),
      ("chelsea-corner.jpg", "train/cats/2.jpg"), ("chelsea-margins.jpg", "train/cups/2.jpg"),
      ("chelsea-double.jpg", "train/cats/3.jpg"), ("chelsea-quality-50.jpg", "train/cups/3.jpg"),
      ("coffee.jpg", "test/cups/1.jpg"),
    ] {
      try convserve.folder.copy(goldens.appendingPathComponent(name), to: "apart/\(path)")
    }
    let answer = try await convserve.json(["audit", "apart", "--json"])
    #expect(answer["images"] as? Int == 7)
    let parts = try #require(answer["parts"] as? [[String: Any]])
    #expect(parts.map { $0["name"] as? String } == ["training", "test"])
    #expect(parts.map { $0["images"] as? Int } == [6, 1])
    #expect((answer["classes"] as? [[String: Any]])?.map { $0["images"] as? Int } == [3, 4])
    let audit = try #require(answer["audit"] as? [String: Any])
    #expect(audit["leaks"] as? [[String]] == [["train/cups/1.jpg", "test/cups/1.jpg"]])
    let text = try await convserve.run(["audit", "apart"]).output
    #expect(text.hasPrefix("7 images of 2 classes (training 6, test 1)\n1 group of pictures that are the same"))
  }

  @Test("ended by a signal, it takes what it unpacked away", arguments: [SIGTERM, SIGINT])
  func stopped(by number: Int32) async throws {
    let photo = Checkout.root.appendingPathComponent("Tests/Goldens/audit/chelsea.jpg")
    for index in 0..<600 { try convserve.folder.copy(photo, to: "many/\(index % 2 == 0 ? "a" : "b")/\(index).jpg") }
    let packing = try RunningProgram(
      URL(fileURLWithPath: "/bin/tar"), ["-cf", "many.tar", "many"], in: convserve.folder.url)
    #expect(try await packing.exitStatus() == 0)
    let temporary = convserve.folder.url.appendingPathComponent("temporary")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    func left() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? [] }
    let program = try convserve.start(
      ["audit", "many.tar", "--threads", "1"], environment: ["TMPDIR": temporary.path])
    while left().isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    program.send(number)
    #expect(try await program.exitStatus() == 128 + number)
    #expect(program.output == "")
    #expect(left() == [])
  }

  @Test("the text names the files")
  func text() async throws {
    let result = try await convserve.run(["audit", "photos"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.hasPrefix(
        "6 images of 2 classes\nadapt cannot use these photos:\n  the class \"cats\" has only 2 images that can be read,"
      ))
    #expect(result.output.contains("\n1 file cannot be read:\n  cups/empty.png: the file is empty\n"))
    #expect(result.output.contains("  cats/chelsea.jpg, cats/corner.jpg\n"))
    #expect(result.output.hasSuffix("left out: cups/notes.txt: its name is no image's\n"))
  }

  @Test("a file of paths names them as it does")
  func table() async throws {
    try convserve.folder.write(
      "path,label\nphotos/cups/coffee.jpg,cup\nnowhere.jpg,cup\nphotos/cats/chelsea.jpg,cat\n", to: "list.csv")
    let answer = try await convserve.json(["audit", "list.csv", "--json"])
    let audit = try #require(answer["audit"] as? [String: Any])
    #expect(audit["unreadable_reasons"] as? [String: String] == ["nowhere.jpg": "No such file or directory"])
  }

  @Test("photos that are no data set fail, with what is accepted")
  func refused() async throws {
    for path in ["nowhere", "photo.jpg"] {
      let result = try await convserve.run(["audit", path, "--json"])
      #expect(result.status == 1)
      #expect(result.output == "")
      #expect(result.errors.hasPrefix("Error: "), "\(result.errors)")
    }
    #expect(try await convserve.run(["audit", "photos", "--threads", "0"]).status == 64)
  }
}
