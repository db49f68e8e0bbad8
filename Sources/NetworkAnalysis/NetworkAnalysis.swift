// NetworkAnalysis
