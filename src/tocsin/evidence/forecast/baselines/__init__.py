"""What every model must beat: climatology, a sum of four columns, and last year's own forecast."""
