// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Kernels stay optimised in debug builds too: unoptimised inner loops make tests hundreds of times slower.
let kernel: [SwiftSetting] = strict + [.unsafeFlags(["-Ounchecked"])]

/// The engine between the kernels stays optimised too, with all of its checks.
let engine: [SwiftSetting] = strict + [.unsafeFlags(["-O"])]

/// Kernels of one x86-64 instruction set; elsewhere the targets compile for the processor's baseline and go unused.
func kernel(march: String, _ extra: String...) -> [SwiftSetting] {
  #if arch(x86_64)
    kernel + [.unsafeFlags((["-march=\(march)"] + extra).flatMap { ["-Xcc", $0] })]
  #else
    kernel
  #endif
}

func testTarget(_ subject: String, _ extra: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: subject + "Tests",
    dependencies: [.byName(name: subject)] + extra,
    exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "ConvServe",
  products: [
    .library(name: "NetworkGraph", targets: ["NetworkGraph"]),
    .library(name: "Architectures", targets: ["Architectures"]),
    .library(name: "NetworkAnalysis", targets: ["NetworkAnalysis"]),
    .library(name: "WeightFormats", targets: ["WeightFormats"]),
    .library(name: "InferenceRuntime", targets: ["InferenceRuntime"]),
    .library(name: "ImageInput", targets: ["ImageInput"]),
    .library(name: "ModelServing", targets: ["ModelServing"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Adaptation", targets: ["Adaptation"]),
    .library(name: "Explanations", targets: ["Explanations"]),
    .library(name: "Diagnosis", targets: ["Diagnosis"]),
    .executable(name: "convserve", targets: ["convserve"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // Libraries of the system, as module maps.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),

    // The rooms, in the order in which they may import one another.
    .target(name: "NetworkGraph", swiftSettings: strict),
    .target(name: "Architectures", dependencies: ["NetworkGraph"], swiftSettings: strict),
    .target(name: "Drawings", swiftSettings: strict),
    .target(name: "NetworkAnalysis", dependencies: ["NetworkGraph", "Drawings"], swiftSettings: strict),
    .target(name: "DurableFiles", swiftSettings: strict),
    .target(name: "WeightFormats", dependencies: ["NetworkGraph", "DurableFiles", "CZlib"], swiftSettings: strict),
    .target(name: "CIntrinsics"),
    .target(name: "Threads", dependencies: ["CIntrinsics"], swiftSettings: strict),
    .target(name: "KernelTemplates", dependencies: ["NetworkGraph", "CIntrinsics"], swiftSettings: kernel),
    .target(
      name: "KernelsPortable", dependencies: ["NetworkGraph", "KernelTemplates", "CIntrinsics"], swiftSettings: kernel),
    .target(
      name: "KernelsAVX2", dependencies: ["KernelTemplates", "CIntrinsics"], swiftSettings: kernel(march: "x86-64-v3")),
    .target(
      name: "KernelsAVX512", dependencies: ["KernelTemplates", "CIntrinsics"],
      swiftSettings: kernel(march: "x86-64-v4", "-mprefer-vector-width=512")),
    .target(
      name: "KernelsAMX", dependencies: ["KernelTemplates", "CIntrinsics"],
      swiftSettings: kernel(
        march: "x86-64-v4", "-mavx512bf16", "-mamx-tile", "-mamx-bf16", "-mprefer-vector-width=512")),
    .target(
      name: "InferenceRuntime",
      dependencies: [
        "NetworkGraph", "KernelTemplates", "KernelsPortable", "KernelsAVX2", "KernelsAVX512", "KernelsAMX",
        "CIntrinsics", "COpenBLAS", "Threads",
      ],
      swiftSettings: engine),
    .target(
      name: "ImageInput",
      dependencies: [
        "KernelTemplates", "KernelsPortable", "KernelsAVX2", "CIntrinsics", "CJPEG", "CPNG", "CWebP",
      ],
      swiftSettings: engine),
    .target(
      name: "ModelServing",
      dependencies: [
        "InferenceRuntime", "ImageInput", "WeightFormats", "NetworkAnalysis", "Architectures", "CIntrinsics",
        "COpenSSL", "Threads",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: [
        "NetworkGraph", "Architectures", "KernelTemplates", "KernelsPortable", "KernelsAVX2", "KernelsAVX512",
        "InferenceRuntime", "ImageInput", "WeightFormats", "ModelServing", "CIntrinsics", "CZlib", "Threads",
      ],
      swiftSettings: engine),
    .target(
      name: "Diagnosis",
      dependencies: ["NetworkGraph", "Drawings", "InferenceRuntime", "ImageInput", "ModelServing", "Training"],
      swiftSettings: strict),
    .target(
      name: "Explanations",
      dependencies: [
        "NetworkGraph", "NetworkAnalysis", "InferenceRuntime", "ImageInput", "ModelServing", "Training",
      ],
      swiftSettings: engine),
    .target(name: "Archives", dependencies: ["CArchive"], swiftSettings: strict),
    .target(
      name: "Adaptation",
      dependencies: [
        "NetworkGraph", "Architectures", "InferenceRuntime", "ImageInput", "ModelServing", "Training", "Archives",
        "Drawings", "DurableFiles", "Threads", "WeightFormats", "CJPEG", "COpenBLAS",
      ],
      swiftSettings: engine),
    .target(name: "CProcesses"),
    .target(
      name: "Jobs",
      dependencies: [
        "Archives", "CProcesses", "DurableFiles", "Threads", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
    .target(
      name: "HyperparameterSearch",
      dependencies: [
        "NetworkGraph", "Architectures", "NetworkAnalysis", "InferenceRuntime", "ImageInput", "ModelServing",
        "Training", "Adaptation", "Jobs", "Drawings",
      ],
      swiftSettings: strict),
    .target(
      name: "HTTPCore",
      dependencies: ["CZlib", .product(name: "HTTPTypes", package: "swift-http-types")],
      swiftSettings: strict),
    .target(name: "AccessControl", dependencies: ["COpenSSL"], swiftSettings: strict),
    .target(
      name: "HTTPServer",
      dependencies: [
        "HTTPCore", "AccessControl", "COpenSSL", "Threads",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // The page's files become Swift source by a program that is built before it.
    .executableTarget(
      name: "PageGenerator", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: strict),
    .plugin(name: "PagePlugin", capability: .buildTool(), dependencies: ["PageGenerator"], path: "Sources/PagePlugin"),
    .target(name: "WebPage", exclude: ["Files"], swiftSettings: strict, plugins: ["PagePlugin"]),
    .target(
      name: "PrometheusMetrics", dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")],
      swiftSettings: strict),
    .target(
      name: "ServerAPI",
      dependencies: [
        "AccessControl", "Diagnosis", "Drawings", "Explanations", "HTTPServer", "HyperparameterSearch", "ImageInput",
        "Jobs", "ModelServing", "PrometheusMetrics", "WebPage",
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      // A link to the file at the top level, compiled in: one binary serves its own description.
      resources: [.embedInCode("openapi.yaml")], swiftSettings: strict),
    .executableTarget(
      name: "convserve",
      dependencies: [
        "ServerAPI", "AccessControl", "Adaptation", "Archives", "Diagnosis", "Drawings", "Explanations",
        "HyperparameterSearch", "Jobs",
        "Training", "CIntrinsics", "COpenSSL",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),

    // README.md's program, so that it is known to compile; Tests/Acceptance compares the two.
    .executableTarget(
      name: "ReadmeExample", dependencies: ["ModelServing"], path: "Tests/ReadmeExample", swiftSettings: strict),
    // Streams both ways, for the clients and proxies of Tests/Foreign.
    .executableTarget(
      name: "StreamingServer", dependencies: ["HTTPServer"], path: "Tests/StreamingServer", swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["NetworkGraph"], path: "Tests/TestSupport", swiftSettings: kernel),
    // In the place of the C library's malloc, which Swift has no word for.
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    testTarget("Threads"),
    testTarget("NetworkGraph"),
    testTarget("Architectures", ["TestSupport"]),
    testTarget("NetworkAnalysis", ["Architectures"]),
    testTarget("DurableFiles", ["TestSupport"]),
    testTarget("WeightFormats", ["TestSupport"]),
    // Kernels for tests, optimised as those of the product are.
    .target(
      name: "KernelTestSupport", dependencies: ["KernelTemplates", "KernelsPortable", "CIntrinsics"],
      path: "Tests/KernelTestSupport", swiftSettings: kernel),
    testTarget(
      "InferenceRuntime",
      [
        "AllocationCounter", "Architectures", "KernelTemplates", "KernelTestSupport", "KernelsPortable", "NetworkGraph",
        "TestSupport", "WeightFormats",
      ]),
    testTarget("ImageInput", ["KernelsPortable", "TestSupport"]),
    testTarget(
      "ModelServing",
      [
        "AllocationCounter", "Architectures", "ImageInput", "InferenceRuntime", "NetworkGraph", "WeightFormats",
        "TestSupport", "Threads",
      ]),
    testTarget(
      "Training",
      [
        "AllocationCounter", "Architectures", "ImageInput", "InferenceRuntime", "KernelTemplates", "ModelServing",
        "NetworkGraph", "WeightFormats", "TestSupport",
      ]),
    testTarget("Drawings"),
    testTarget(
      "Diagnosis", ["Architectures", "ImageInput", "InferenceRuntime", "NetworkGraph", "TestSupport", "Training"]),
    testTarget(
      "Explanations",
      ["Architectures", "ImageInput", "InferenceRuntime", "ModelServing", "NetworkGraph", "TestSupport", "Training"]),
    testTarget("Archives"),
    testTarget(
      "Adaptation",
      [
        "Architectures", "Archives", "Drawings", "ImageInput", "InferenceRuntime", "ModelServing", "NetworkGraph",
        "TestSupport", "Training",
      ]),
    testTarget("HyperparameterSearch", ["Jobs", "TestSupport"]),
    // A server of jobs alone, for tests that kill it.
    .executableTarget(name: "JobServer", dependencies: ["Jobs"], path: "Tests/JobServer", swiftSettings: strict),
    testTarget(
      "Jobs", ["Archives", "JobServer", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["child.sh", "schema-1.sql"]),
    .target(
      name: "HTTPTestSupport", dependencies: ["HTTPCore"], path: "Tests/HTTPTestSupport",
      exclude: ["requests.table"], swiftSettings: strict),
    testTarget("AccessControl", ["TestSupport"]),
    testTarget(
      "HTTPCore", ["HTTPTestSupport", "TestSupport", .product(name: "HTTPTypes", package: "swift-http-types")]),
    testTarget(
      "HTTPServer",
      [
        "AccessControl", "HTTPCore", "HTTPTestSupport", "COpenSSL",
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
      ]),
    testTarget("PrometheusMetrics", [.product(name: "CoreMetrics", package: "swift-metrics")]),
    testTarget("WebPage", ["HTTPCore"]),
    testTarget("ServerAPI", ["AccessControl", "WebPage", "convserve", .product(name: "Yams", package: "Yams")]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "convserve", "HTTPServer", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

// One test target and what it needs, for scripts/test-one: nothing else is then compiled.
if let name = Context.environment["CONVSERVE_TEST_TARGET"] {
  let needed = needs(of: name)
  package.products = []
  package.targets.removeAll { !needed.contains($0.name) }
}

/// The target, and the targets of this package that it depends on.
@MainActor
func needs(of name: String) -> Set<String> {
  guard let target = package.targets.first(where: { $0.name == name }) else { return [] }
  let plugins = (target.plugins ?? []).flatMap { plugin -> Set<String> in
    if case .plugin(let name, _) = plugin { needs(of: name) } else { [] }
  }
  let needed = Set(plugins).union([name])
  return target.dependencies.reduce(into: needed) { names, dependency in
    switch dependency {
    case .byNameItem(let name, _), .targetItem(let name, _): names.formUnion(needs(of: name))
    default: break
    }
  }
}

// Targets for libFuzzer, built by scripts/fuzz alone: they have no main of their own.
if Context.environment["CONVSERVE_FUZZ"] != nil {
  package.targets += fuzzTargets
}

var fuzzTargets: [Target] {
  [
    ("FuzzRequests", ["HTTPCore", "HTTPTestSupport"]), ("FuzzMultipart", ["HTTPCore"]),
    ("FuzzJSON", ["ServerAPI", "ModelServing"]), ("FuzzImages", ["ImageInput", "CZlib"]),
    ("FuzzSafetensors", ["WeightFormats"]), ("FuzzPickles", ["WeightFormats"]), ("FuzzArchives", ["Archives"]),
  ].map { (name: String, dependencies: [Target.Dependency]) in
    .executableTarget(
      name: name, dependencies: dependencies, path: "Tests/Fuzz/\(name)",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  }
}
