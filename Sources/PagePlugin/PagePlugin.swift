import Foundation
import PackagePlugin

/// Has `PageGenerator` turn the page's files, and the API's description, into Swift source when the program is built.
@main
struct PagePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = target.directoryURL.appending(path: "Files")
    let description = context.package.directoryURL.appending(path: "openapi.yaml")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
    return [
      .buildCommand(
        displayName: "Embedding the page's files",
        executable: try context.tool(named: "PageGenerator").url,
        arguments: [description.path, output.path] + files.map(\.path),
        inputFiles: [description] + files, outputFiles: [output])
    ]
  }
}
