"""What Motbild computes: pure functions of their arguments, and the values they speak of."""
