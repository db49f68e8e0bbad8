import InferenceRuntime
import KernelTemplates

/// Which algorithm computes each pass of a convolution.
final class AlgorithmChoices: Sendable {
}
