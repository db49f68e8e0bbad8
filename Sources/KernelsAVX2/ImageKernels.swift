public import KernelTemplates

extension ImageKernels {
  public static let avx2 = ImageKernels(AVX2.self)
}
