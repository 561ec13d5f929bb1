"""ResNet visualizer."""
