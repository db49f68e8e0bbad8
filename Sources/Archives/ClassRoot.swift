import Foundation

/// Where the class folders are: people pack a folder together with its name.
public enum ClassRoot {
  /// Goes down as long as a folder holds one folder alone that holds folders itself.
  public static func find(in folder: String) -> String {
    var root = folder
    while let inner = only(folders(in: root)), !folders(in: inner).isEmpty { root = inner }
    return root
  }

  private static func only(_ folders: [String]) -> String? { folders.count == 1 ? folders[0] : nil }

  private static func folders(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.map { "\(folder)/\($0)" }.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
  }
}
