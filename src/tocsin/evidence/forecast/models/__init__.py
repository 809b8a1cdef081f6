"""One file a model. A published model is frozen; the next one stands beside it under a new number."""
