"""What course teams drop into Studio. No models and no children: each block is a launcher or a status."""
