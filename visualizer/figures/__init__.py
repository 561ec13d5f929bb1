"""Pictures of networks and of what they compute: plans, numbers and feature maps in, SVG and PNG out."""
