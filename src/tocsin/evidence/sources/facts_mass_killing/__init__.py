"""Years of mass killings."""
