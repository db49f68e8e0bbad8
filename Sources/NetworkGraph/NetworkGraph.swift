// NetworkGraph
