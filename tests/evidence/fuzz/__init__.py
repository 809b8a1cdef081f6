"""Bad input made by seed: mutations of a file, an oracle for what a reader made of them, and bombs."""
