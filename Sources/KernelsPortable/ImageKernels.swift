public import KernelTemplates

extension ImageKernels {
  public static let portable = ImageKernels(Portable.self)
}
