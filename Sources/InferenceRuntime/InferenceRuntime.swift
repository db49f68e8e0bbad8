// InferenceRuntime
