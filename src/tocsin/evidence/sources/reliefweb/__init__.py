"""ReliefWeb: reports of humanitarian organisations."""
